"""A whole experiment by one command, on few digits."""

import dataclasses

import pytest
from made_records import head_path

from kerasae.config import ConfigError
from kerasae.evaluation import measured
from kerasae.jobs.reproduce import reproduce
from kerasae.published import experiments
from kerasae.readouts import curves, results
from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "short_heads")]

SHORT = ("--dataset=digits", "--epochs=1", "--max_examples=300")


@pytest.fixture(scope="module")
def reproduced(cli, tmp_path_factory):
    """One epoch of 300 digits, with all that follows."""
    run = RunDir(tmp_path_factory.mktemp("reproduced") / "cognition")
    outcome = cli("reproduce", "--experiment=cognition", *SHORT, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    return run, outcome


def files_in(folder):
    """When each file was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_every_part_is_there(reproduced):
    run, outcome = reproduced
    assert outcome.out.splitlines()[-1] == str(run.path / "report" / "index.html")
    assert {result.origin.readout for result in results.on_the_code(run)} == {"linear", "ffn"}
    assert len(results.on_baselines(run)) == 8
    assert len(curves.label_efficiency(run)) == 1
    for measure in ("noise", "attack", "clustering", "anomaly"):
        assert measured.read(run, measure).summary
    for figure in ("filters_layer_1", "code_map", "noise_curves", "dendrograms"):
        assert (run.figures / f"{figure}.png").exists()


def test_the_page_lacks_only_what_the_digits_cannot_have(reproduced):
    run, _ = reproduced
    page = (run.path / "report" / "index.html").read_text(encoding="utf-8")
    # There is no second dataset without a download, hence no transfer; one measure is slow.
    assert page.count("not measured yet") == 2
    assert "--dataset=fashion_mnist" in page
    assert "--measures=leave_one_class_out" in page


def test_the_same_command_again_does_nothing_twice(cli, reproduced):
    run, _ = reproduced
    kept = [run.model, head_path(run, "ffn"), run.evaluation / "noise" / "result.json"]
    before = [path.stat().st_mtime_ns for path in kept]
    outcome = cli("reproduce", "--experiment=cognition", *SHORT, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    assert [path.stat().st_mtime_ns for path in kept] == before


def test_a_readout_of_fewer_images_is_not_taken_for_the_experiments(cli, reproduced):
    run, _ = reproduced
    before = files_in(run.readouts)
    fewer = ("--max_examples=60", "--heads=linear", "--nobaselines", "--labels_per_class=1")
    assert cli("readout", f"--run_dir={run.path}", *fewer).code == 0
    linear = [result for result in results.on_the_code(run) if result.origin.readout == "linear"]
    assert [result.train_images for result in linear] == [300, 60]
    after = files_in(run.readouts)
    assert before.items() <= after.items(), "nothing takes the place of another"
    again = cli("reproduce", "--experiment=cognition", *SHORT, f"--run_dir={run.path}")
    assert again.code == 0, again.err
    assert files_in(run.readouts) == after
    page = (run.path / "report" / "index.html").read_text(encoding="utf-8")
    assert ">300</td>" in page and ">60</td>" in page


def test_compare_reads_it(cli, reproduced, tmp_path):
    run, _ = reproduced
    outcome = cli("compare", f"--run_dirs={run.path}", f"--out={tmp_path}")
    assert outcome.code == 0, outcome.err
    assert "linear readout, digits, 300 labels" in outcome.out
    pictures = {"table.png", "error_and_accuracy.png"}
    assert {path.name for path in tmp_path.iterdir()} == {"table.md", "table.csv"} | pictures


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), ("--experiment", "cognition, ones_and_eights")),
        (("--experiment=other",), ("--experiment",)),
        (
            ("--experiment=cognition", "--seeds=1,1"),
            ("--seeds must be one or more different seeds",),
        ),
        (("--experiment=cognition", "--seeds="), ("--seeds must be one or more different seeds",)),
    ],
)
def test_bad_flags(cli, flags, words):
    outcome = cli("reproduce", *flags)
    assert outcome.code == 2
    assert all(word in outcome.complaint for word in words)


def test_another_settings_directory_is_refused(cli, reproduced):
    run, _ = reproduced
    outcome = cli(
        "reproduce", "--experiment=cognition", "--dataset=digits", f"--run_dir={run.path}"
    )
    assert outcome.code == 2
    assert "--epochs was 1 and is now 60" in outcome.complaint


def test_a_model_of_no_experiment_is_refused_before_anything(tmp_path):
    config = experiments.load("cognition").config()
    other = dataclasses.replace(config.model_config, latent_dim=3)
    with pytest.raises(ConfigError, match=r"must be a published experiment's.*model=pooled"):
        reproduce(RunDir(tmp_path / "run"), dataclasses.replace(config, model_config=other), [])
    assert not (tmp_path / "run").exists()


def test_compare_refuses_what_is_no_run(cli, tmp_path):
    outcome = cli("compare", f"--run_dirs={tmp_path}", f"--out={tmp_path / 'out'}")
    assert outcome.code == 2
    assert "holds no run" in outcome.complaint
    assert not (tmp_path / "out").exists()
    assert cli("compare").code == 2


def test_the_folder_of_a_dataset_is_one_part_of_a_path(cli, tmp_path, monkeypatch):
    from kerasae.jobs import reproduce

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reproduce, "reproduce", lambda run, *_: run.path)
    outcome = cli("reproduce", "--experiment=cognition", "--dataset=emnist/letters")
    assert (outcome.code, outcome.out.strip()) == (0, "runs/cognition-emnist-letters")
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["cognition-emnist-letters"]
