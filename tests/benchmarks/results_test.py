"""From measurements to rows, tables and files."""

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as program
from benchmarks import growth, jobs, picture, recording, startup, steps, training
from benchmarks.settings import Settings
from kerasae import csv_files, files
from kerasae.config import RunError
from kerasae.published import experiments


def reports(seconds, loss, **more):
    return [{"seconds": value, "loss": loss, **more} for value in seconds]


@pytest.fixture
def turns():
    """Of 1,000 images: kerasae does 2,000 a second, plain Keras 1,000, PyTorch 500."""
    return {
        "kerasae": reports([9, 0.5, 0.4, 0.6, 0.5, 0.5], 0.02),
        "keras": reports([9, 1, 1, 1, 1, 1], 0.0201),
        "pytorch": reports([9, 2, 2, 2, 2, 2], 0.0199, layout="channels_last"),
    }


def facts(**more):
    return {"environment": recording.environment(("numpy", "no-such-package"), 2), **more}


def test_a_summary_has_median_and_quartiles():
    found = recording.summary([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (found.median, found.spread, found.lowest, found.highest) == (3, 2, 1, 5)
    assert recording.summary([7.0]) == recording.Summary(7, 0, 7, 7, 1)


def test_the_first_epoch_is_not_counted(turns):
    rows = {row["contender"]: row for row in training.rows_of("cognition", 1000, turns)}
    own = rows["kerasae"]
    assert (own["images_per_second"], own["epochs"]) == (2000, 5)
    assert own["lowest"] == pytest.approx(1000 / 0.6, abs=0.1)
    assert own["highest"] == pytest.approx(1000 / 0.4, abs=0.1)
    assert rows["keras"]["kerasae_is_faster_by"] == 2
    assert rows["pytorch"]["kerasae_is_faster_by"] == 4
    assert rows["pytorch"]["memory_layout"] == "channels_last"


@pytest.mark.parametrize("loss", [0.0203, 0.0197, float("nan")])
def test_other_losses_are_an_error(turns, loss):
    turns["keras"][-1]["loss"] = loss
    with pytest.raises(RunError, match=f"did not do the same work.*keras {loss:.6f}"):
        training.rows_of("cognition", 1000, turns)


def test_bfloat16_may_come_to_another_loss(turns):
    turns[training.BFLOAT16] = reports([9, 0.25, 0.25], 0.03)
    rows = training.rows_of("cognition", 1000, turns)
    assert rows[-1]["kerasae_is_faster_by"] == 0.5


def test_training_results_as_files(turns, tmp_path):
    rows = [
        row for name in experiments.names() for row in training.rows_of(name, 1000, dict(turns))
    ]
    about = facts(
        matrix_product_gflops=160.0,
        tolerance_of_final_loss=0.01,
        images_per_second_at_that_speed=dict.fromkeys(experiments.names(), 5000),
    )
    recording.save("training", rows, about, tmp_path)
    picture.draw(rows, about, tmp_path)
    saved = json.loads((tmp_path / "training.json").read_text())
    assert {(row["experiment"], row["contender"]) for row in saved["rows"]} == {
        (experiment, contender) for experiment in experiments.names() for contender in turns
    }
    for row in saved["rows"]:
        assert {"images_per_second", "spread", "final_loss"} <= row.keys()
    assert saved["environment"]["packages"]["no-such-package"] is None
    assert saved["environment"]["threads"] == 2
    table = csv_files.read(tmp_path / "training.csv")
    assert [row["contender"] for row in table] == [row["contender"] for row in rows]
    assert (tmp_path / "training.png").read_bytes().startswith(b"\x89PNG")
    page = program.page(tmp_path)
    assert "| cognition | pytorch (channels_last) | 500 | 0 | 4.00× | 0.019900 |" in page
    assert "cognition 0.50%, ones_and_eights 0.50%; 1% is allowed" in page
    assert "## Growth" not in page


def test_a_step_is_taken_apart():
    epochs = [{"whole": 9.0, "steps_alone": 1.0, "callbacks": 1.0, "epoch_callbacks": 1.0,
               "validation": 1.0}]  # fmt: skip
    epochs += [
        {"whole": whole, "steps_alone": 1.0, "callbacks": 0.01, "epoch_callbacks": 0.1,
         "validation": 0.02}
        for whole in (1.04, 1.03, 1.05)
    ]  # fmt: skip
    report = {"steps": 100, "batch_size": 64, "epochs": epochs, "pipeline": 0.001,
              "forward": 0.003, "forward_and_backward": 0.008, "step": 0.01}  # fmt: skip
    row = steps.row_of("cognition", report)
    assert (row["forward"], row["backward"], row["optimizer"]) == (3, 5, 2)
    assert (row["steps_alone"], row["whole_epoch"], row["epoch_callbacks"]) == (10, 10.4, 1)
    assert row["on_top"] == pytest.approx(0.04)
    assert row["epochs"] == 3
    about = facts(validation_fraction=0.05, allowed_on_top=0.05)
    assert "+4.0% ± 1.0%" in steps.table([row], about)


@pytest.mark.parametrize("name", experiments.names())
def test_the_epochs_that_are_taken_apart_are_whole_batches(name):
    images = steps.MAX_EXAMPLES[name]
    kept = images - round(images * steps.VALIDATION_FRACTION)
    assert kept % Settings(False, None).config(name).training.batch_size == 0


def test_exponents_are_fitted_by_series():
    rows = [
        {"series": series, "size": size, "seconds": 3 * size**power, "peak_mb": 500.0}
        for series, power in (("images", 1.0), ("side", 2.0))
        for size in (10, 20, 80)
    ]
    assert growth.exponents(rows) == {
        "images": {"seconds": 1, "peak_mb": 0},
        "side": {"seconds": 2, "peak_mb": 0},
    }


def test_the_larger_sets_are_streamed_and_the_smallest_is_kept():
    test_images, pixels, budget = 10_000, 28 * 28, growth.STREAMING_BUDGET_MB * 2**20
    small, middle, large = growth.IMAGES
    assert (middle / small, large / small) == (4, 16)
    assert (small + test_images) * pixels <= budget < (middle + test_images) * pixels


def test_the_tables_of_growth_and_start_up():
    row = {"series": "filters", "size": 1, "label": "32,16", "seconds": 1.5,
           "images_per_second": 900.4, "peak_mb": 1234.6}  # fmt: skip
    exponents = {"filters": {"seconds": 1.25, "peak_mb": 0.1}}
    about = facts(experiment="cognition", streaming_budget_mb=12, exponents=exponents)
    table = growth.table([row], about)
    assert "| filters | 32,16 | 1.50 | 900 | 1,235 |" in table
    assert "| filters | size^1.25 | size^0.10 |" in table
    start = {"command": "kerasae.train --help", "seconds": 0.2, "spread": 0.01, "peak_mb": 30.0,
             "repeats": 5}  # fmt: skip
    assert "| kerasae.train --help | 5 | 0.20 | 0.01 | 30 |" in startup.table([start], facts())


def run_program(python, *flags):
    code = (
        "import runpy, sys\n"
        f"sys.argv = ['benchmarks', *{list(flags)!r}]\n"
        "try:\n    runpy.run_module('benchmarks', run_name='__main__')\n"
        "finally:\n    print('tensorflow' in sys.modules, 'matplotlib' in sys.modules)\n"
    )
    return python(code)


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("--parts=sprint",), "--parts must be one of growth, jobs, startup, steps, training."),
        (("--data_dir=nowhere",), "--data_dir=nowhere is not a folder."),
        (("--data_dir=.",), "train on MNIST"),
    ],
)
def test_what_is_refused(python, flags, complaint):
    done = run_program(python, *flags)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.splitlines()[-1] == "False False"


def test_help_answers_without_tensorflow(python):
    done = run_program(python, "--help")
    assert done.returncode == 0
    assert "--quick" in done.stdout
    assert done.stdout.splitlines()[-1] == "False False"


def test_a_job_is_shown_with_its_longest_phases(tmp_path, monkeypatch):
    lines = [("TensorFlow is imported", 8.0), ("1,437 images of digits", 9.5), ("linear 0.9", 9.6)]

    def run(arguments):
        seen = [{"line": line, "seconds": seconds} for line, seconds in [*lines, ("the end", 12.6)]]
        files.write_json(Path(arguments[3]), {"code": 0, "lines": seen})
        return {"peak_mb": 900.0}

    monkeypatch.setattr(jobs.command, "run", run)
    rows = jobs._phases("readout", ["readout", f"--run_dir={tmp_path / 'run'}"], 0, tmp_path)
    assert [row["seconds"] for row in rows] == pytest.approx([8.0, 1.5, 0.1, 3.0])
    table = jobs.table(rows, facts())
    assert "| readout | 8.0 until “TensorFlow is imported”; 3.0 until “the end”;" in table
    assert "| 12.6 | 900 |" in table
    with pytest.raises(RunError, match="ended with code 0, and not 2"):
        jobs._phases("refused", ["train", f"--run_dir={tmp_path / 'run'}"], 2, tmp_path)
