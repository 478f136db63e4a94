"""`python -m kerasae.readout` on the images of the run: what it leaves and says."""

import dataclasses
import statistics

import matplotlib.image
import numpy as np
import pytest
import shortcuts
from made_records import head_result, kept_codes
from run_copies import content, copied

from kerasae import csv_files, files, names
from kerasae.readouts import curves, results
from kerasae.run_dir import RunDir
from kerasae.runs import record

pytestmark = pytest.mark.slow


def drawn(run, name):
    pixels = matplotlib.image.imread(run.figures / f"{name}.png")
    return pixels[..., :3].std() > 0.01


def result(run, head, layer=None):
    return head_result(run, head, place=f"layers/{layer}" if layer else "")


def baselines(run):
    """Accuracy by baseline, by head."""
    found = {}
    for one in results.on_baselines(run):
        baseline = one.origin.features.removeprefix("baselines/")
        found.setdefault(baseline, {})[one.origin.readout] = one.accuracy
    return found


@pytest.fixture(scope="module")
def read(cli, finished, tmp_path_factory):
    """`(run, output)` of a run that was read out with all that there is."""
    run = copied(finished, tmp_path_factory.mktemp("read") / "run")
    outcome = cli(
        "readout",
        f"--run_dir={run.path}",
        "--heads=linear,ridge",
        "--labels_per_class=1,10,all",
    )
    assert outcome.code == 0, outcome.err
    return run, outcome.out


class TestWhatItLeaves:
    @pytest.mark.parametrize("head", ["linear", "ridge"])
    def test_results(self, read, head):
        found = result(read[0], head)
        images = found.origin.images
        assert images.dataset == found.encoder_trained_on == "digits"
        assert images.content == record.read(read[0]).dataset.content
        assert (images.max_examples, images.image_size) == (200, (12, 12))
        assert found.classes == images.classes == tuple("0123456789")
        assert (found.train_images, found.test_images, found.features) == (200, 360, 6)
        assert (found.origin.seed, found.origin.features) == (0, "code")
        assert found.origin.readout == head
        assert found.seconds >= 0
        assert found.settings.items() >= found.origin.settings.items()
        assert found.zero_shot_accuracy is None
        counts = np.array(found.confusion)
        assert counts.shape == (10, 10)
        assert counts.sum() == 360
        assert found.accuracy == pytest.approx(np.trace(counts) / 360)
        np.testing.assert_allclose(found.recall, counts.diagonal() / counts.sum(axis=1))
        assert 0.15 < found.accuracy < 1

    def test_the_head_is_kept_and_gives_the_same_answers(self, read):
        run, _ = read
        found = result(run, "ridge")
        predicted = results.load_head(run, found).predict(kept_codes(run.codes)[360])
        counts = np.bincount(predicted, minlength=10)
        assert counts.tolist() == np.sum(found.confusion, axis=0).tolist()

    def test_baselines_by_linear_and_ridge(self, read):
        run, out = read
        found = baselines(run)
        assert set(found) == {"pixels", "pca", "untrained", "supervised"}
        for name, by_head in found.items():
            assert list(by_head) == ["linear", "ridge"]
            assert f"ridge readout, of {names.title(name)}  " in out
        assert found["pixels"]["ridge"] > 0.8

    def test_accuracy_by_number_of_labels(self, read):
        run, _ = read
        (curve,) = curves.label_efficiency(run)
        counts = [row.labels_per_class for row in curve.rows]
        assert counts == ["1"] * 5 + ["10"] * 5 + ["all"]
        assert curve.rows[-1].accuracy == result(run, "ridge").accuracy
        assert curve.train_images == 200

    @pytest.mark.parametrize("name", ["confusion", "label_efficiency"])
    def test_pictures(self, read, name):
        assert drawn(read[0], name)

    def test_it_says_what_it_found(self, read):
        run, out = read
        title, heads, linear, *_ = out.splitlines()
        assert title == "Accuracy on 360 test images of digits"
        assert heads.split() == ["readout", "labels", "accuracy"]
        assert linear.split() == [
            "linear", "readout", "200", f"{result(run, 'linear').accuracy:.4f}"
        ]  # fmt: skip
        assert "ridge readout against the number of labels" in out

    def test_the_run_stays_what_it_was(self, read, finished):
        after = content(read[0])
        for name, before in content(finished).items():
            assert after[name] == before, name
        assert not list(read[0].path.rglob(f"{files.SCRATCH}*"))

    def test_again_gives_the_same_and_takes_the_codes_that_are_there(self, read, cli):
        run, _ = read
        before = {path: path.stat().st_mtime_ns for path in run.codes.iterdir()}
        first = result(run, "ridge")
        outcome = cli("readout", f"--run_dir={run.path}", "--heads=ridge", "--nobaselines")
        assert outcome.code == 0, outcome.err
        assert {path: path.stat().st_mtime_ns for path in run.codes.iterdir()} == before
        again = result(run, "ridge")
        assert (
            dataclasses.replace(again, seconds=first.seconds, fitted=first.fitted, head=first.head)
            == first
        )


class TestLayers:
    def test_an_inner_layer_alone(self, cli, finished, tmp_path):
        run = copied(finished, tmp_path / "run")
        flags = (f"--run_dir={run.path}", "--heads=ridge", "--layer=pool_1", "--nobaselines")
        outcome = cli("readout", *flags)
        assert outcome.code == 0, outcome.err
        found = result(run, "ridge", layer="pool_1")
        assert (found.origin.features, found.features) == ("layers/pool_1", 6 * 6 * 4)
        assert not results.on_the_code(run)

    def test_every_layer(self, cli, finished, tmp_path):
        run = copied(finished, tmp_path / "run")
        flags = (f"--run_dir={run.path}", "--heads=ridge", "--layer=all", "--nobaselines")
        outcome = cli("readout", *flags)
        assert outcome.code == 0, outcome.err
        assert "\nridge readout, of conv 1: 0." in outcome.err
        (curve,) = curves.by_layer(run)
        rows, layers = curve.rows, [row.layer for row in curve.rows]
        assert layers[0] == "conv_1"
        assert layers[-1] == "code"
        assert {"pool_1", "conv_2"} <= set(layers)
        for row in rows[:-1]:
            found = result(run, "ridge", layer=row.layer)
            assert (row.accuracy, row.features) == (found.accuracy, found.features)
        assert rows[-1].accuracy == result(run, "ridge").accuracy
        assert drawn(run, "layer_accuracy")
        assert drawn(run, "confusion")


def test_full_reads_the_baselines_out_with_the_heads_that_are_asked_for(cli, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    outcome = cli("readout", f"--run_dir={run.path}", "--heads=ridge,knn", "--full")
    assert outcome.code == 0, outcome.err
    assert [list(by_head) for by_head in baselines(run).values()] == [["knn", "ridge"]] * 4


def test_fine_tuning_stands_beside_the_frozen_encoder(cli, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    model = run.model.read_bytes()
    outcome = cli(
        "readout", f"--run_dir={run.path}", "--heads=ridge", "--fine_tune", "--nobaselines"
    )
    assert outcome.code == 0, outcome.err
    assert {name: list(by_head) for name, by_head in baselines(run).items()} == {
        "fine_tuned": ["linear", "ridge"]
    }
    assert "ridge readout, of the fine-tuned encoder" in outcome.out
    assert run.model.read_bytes() == model


def test_chosen_classes(cli, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    flags = (f"--run_dir={run.path}", "--heads=ridge,knn", "--nobaselines", "--classes=1,8")
    outcome = cli("readout", *flags)
    assert outcome.code == 0, outcome.err
    for head in ("ridge", "knn"):
        counts = np.array(result(run, head).confusion)
        assert set(np.flatnonzero(counts.sum(axis=0))) == {1, 8}
        assert set(np.flatnonzero(counts.sum(axis=1))) == {1, 8}
        assert result(run, head).accuracy > 0.6
        assert result(run, head).origin.images.classes == ("1", "8")


def test_several_seeds_make_a_table(cli, finished, train, small_run, tmp_path):
    runs = [copied(finished, tmp_path / "seed-0"), RunDir(tmp_path / "seed-1")]
    same = ("--epochs=3", "--validation_fraction=0.2")
    with shortcuts.numbers_only():
        assert train(*small_run, *same, "--seed=1", f"--run_dir={runs[1].path}").code == 0
    outcome = cli("readout", f"--run_dir={tmp_path}", "--heads=ridge", "--nobaselines")
    assert outcome.code == 0, outcome.err
    values = [result(run, "ridge").accuracy for run in runs]
    (path,) = tmp_path.glob("readouts-digits-*.csv")
    table = csv_files.read(path)
    assert [row["labels"] for row in table] == ["200", "200", "200.0", "0.0"]
    assert [row["seed"] for row in table] == ["0", "1", "mean", "standard deviation"]
    expected = [*values, statistics.mean(values), statistics.stdev(values)]
    assert [float(row["ridge"]) for row in table] == pytest.approx(expected)
    assert outcome.out.endswith(path.with_suffix(".md").read_text())
