"""`python -m kerasae.readout`: what it leaves, and what it refuses."""

import dataclasses
import statistics
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import shortcuts
from made_records import head_result, kept_codes
from run_copies import content, copied

from kerasae import csv_files, files, names
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.models.autoencoder import load_autoencoder
from kerasae.readouts import curves, results
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.runs.applied_data import load_data
from kerasae.runs.open_run import open_run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def drawn(run, name):
    pixels = matplotlib.image.imread(run.figures / f"{name}.png")
    return pixels[..., :3].std() > 0.01


def result(run, head, dataset="digits", layer=None):
    return head_result(run, head, dataset, f"layers/{layer}" if layer else "")


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


@pytest.fixture(scope="module")
def patterns(tmp_path_factory):
    """A folder with the dataset `patterns/small`: stripes and spots, gray, 10x10."""
    import tensorflow_datasets as tfds

    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(10, 10, 1)),
            "label": tfds.features.ClassLabel(names=["stripes", "spots"]),
        }
        return tfds.core.DatasetInfo(builder=self, features=tfds.features.FeaturesDict(features))

    def image(number):
        noise = np.random.default_rng(number).integers(0, 60, (10, 10, 1), np.uint8)
        noise[:: 2 if number % 2 == 0 else 5] += 150
        return noise

    def examples(first, count):
        for number in range(first, first + count):
            yield number, {"image": image(number), "label": number % 2}

    methods = {
        "_info": _info,
        "_split_generators": lambda self, _: {"train": examples(0, 60), "test": examples(60, 20)},
        "_generate_examples": None,
        "VERSION": tfds.core.Version("1.0.0"),
        "BUILDER_CONFIGS": [tfds.core.BuilderConfig(name="small", version="1.0.0")],
        "__module__": __name__,
    }
    folder = tmp_path_factory.mktemp("patterns")
    builder = type("Patterns", (tfds.core.GeneratorBasedBuilder,), methods, skip_registration=True)
    builder(data_dir=folder, config="small").download_and_prepare()
    return folder


@pytest.fixture(scope="module")
def transferred(cli, finished, patterns, tmp_path_factory):
    """The same transfer for a folder of one seed, so that there is a table too."""
    top = tmp_path_factory.mktemp("transfer")
    run = copied(finished, top / "seed-0")
    outcome = cli(
        "readout", f"--run_dir={top}", "--dataset=patterns/small", f"--data_dir={patterns}",
        "--resize", "--heads=ridge,knn", "--layer=code", "--nobaselines",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return run, outcome


class TestTransfer:
    def test_heads_are_trained_anew(self, transferred):
        run, _ = transferred
        found = result(run, "ridge", "patterns-small")
        assert found.zero_shot_accuracy is not None
        assert found.origin.images.dataset == "patterns/small:1.0.0"
        assert found.encoder_trained_on == "digits"
        assert (found.train_images, found.test_images) == (60, 20)
        assert np.sum(found.confusion) == 20
        assert found.accuracy > 0.8

    @pytest.mark.parametrize("head", ["ridge", "knn"])
    def test_the_digits_head_zero_shot(self, transferred, patterns, head):
        run, outcome = transferred
        kept = results.load_head(run, result(run, head))
        wanted = AppliedDataConfig(str(patterns), dataset="patterns/small", resize=True)
        data, _ = load_data(open_run(run), wanted)
        images = data.test.images.numpy() / np.float32(255)
        predictions = kept.predict(load_autoencoder(run.model).encoder(images).numpy())
        found = result(run, head, "patterns-small").zero_shot_accuracy
        assert found == np.mean(predictions == data.test.labels)
        assert f"{head} of digits, zero-shot" in outcome.out

    def test_a_dataset_of_a_long_name_has_a_table_too(self, transferred):
        run, _ = transferred
        (path,) = run.path.parent.glob("readouts-patterns-small-*.csv")
        rows = csv_files.read(path)
        assert float(rows[0]["ridge"]) == result(run, "ridge", "patterns-small").accuracy

    def test_all_layers_keep_what_the_head_gets_zero_shot(self, transferred, patterns, cli):
        run, _ = transferred
        before = result(run, "ridge", "patterns-small")
        outcome = cli(
            "readout", f"--run_dir={run.path}", "--dataset=patterns/small", "--resize",
            f"--data_dir={patterns}", "--heads=ridge", "--layer=all", "--nobaselines",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        after = result(run, "ridge", "patterns-small")
        assert after.zero_shot_accuracy == before.zero_shot_accuracy

    def test_an_encoder_of_unlabelled_images(self, cli, train, fake_datasets, tmp_path):
        """It has no head of its own to apply; the rest is there."""
        run = RunDir(tmp_path / "run")
        with shortcuts.numbers_only():
            outcome = train(
                "--dataset=fake_unlabelled", f"--data_dir={fake_datasets}", "--epochs=1",
                "--model.filters=2", "--model.kernel_sizes=3", "--model.dense_sizes=",
                "--model.latent_dim=3", f"--run_dir={run.path}",
            )  # fmt: skip
        assert outcome.code == 0, outcome.err
        flags = (f"--run_dir={run.path}", "--heads=ridge", "--nobaselines", "--max_examples=100")
        outcome = cli("readout", *flags, f"--data_dir={fake_datasets}")
        assert outcome.code == 2
        assert "--dataset=fake_unlabelled has no labels" in outcome.complaint
        outcome = cli(
            "readout", *flags, "--dataset=digits", "--resize", f"--data_dir={fake_datasets}"
        )
        assert outcome.code == 0, outcome.err
        assert "No head of fake_unlabelled is applied as it is" in outcome.err
        assert result(run, "ridge").zero_shot_accuracy is None


class TestRefusedFlags:
    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            ([], "--run_dir must be given."),
            (["--run_dir=RUN", "--heads=", "--nobaselines"], "--heads must name at least one"),
            (["--run_dir=RUN", "--heads=linear,svm"],
             "--heads must be one of ffn, knn, linear, ridge. Received: 'svm'."),
            (["--run_dir=RUN", "--labels_per_class=1,0"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--labels_per_class=1,-3"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--labels_per_class=ten"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--seed=-1"], "--seed must be 0 or more"),
            (["--run_dir=RUN", "--seed=99999999999"], "--seed must be 0 or more, below"),
            (["--run_dir=RUN", "--max_examples=0"], "--max_examples must be 1 or more, at most"),
            (["--run_dir=RUN", "--epochs=3"], "Unknown command line flag 'epochs'"),
        ],
    )  # fmt: skip
    def test_one_message_before_anything_starts(self, cli, finished, flags, message, monkeypatch):
        monkeypatch.setattr(
            "kerasae.cli.import_tensorflow_quietly",
            lambda: pytest.fail("TensorFlow is imported"),
        )
        flags = [flag.replace("RUN", str(finished.path)) for flag in flags]
        outcome = cli("readout", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.complaint

    def test_refused_before_tensorflow(self, finished):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "kerasae.readout",
             f"--run_dir={finished.path}", "--max_examples=0"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
        assert "kerasae.run_flags" in imported
        assert not {"tensorflow", "keras", "sklearn"} & imported


class TestRefusedData:
    @pytest.fixture
    def refused(self, cli, finished, tmp_path, fake_datasets):
        """Runs what must be refused and leave the run as it was; gives the message."""

        def readout(*flags):
            run = copied(finished, tmp_path / "run")
            before = content(run)
            outcome = cli("readout", f"--run_dir={run.path}", f"--data_dir={fake_datasets}", *flags)
            assert (outcome.code, outcome.out) == (2, "")
            assert content(run) == before
            return outcome.complaint

        return readout

    def test_no_labels(self, refused):
        message = refused("--dataset=fake_unlabelled", "--resize")
        assert "--dataset=fake_unlabelled has no labels" in message

    def test_another_size(self, refused):
        message = refused("--dataset=fake_unlabelled")
        assert "takes images of 12x12; those of --dataset=fake_unlabelled have 9x9" in message
        assert "--resize brings them to the encoder's size" in message

    def test_other_channels(self, refused):
        message = refused("--dataset=fake_labelled", "--resize")
        assert "takes images of 1 channel(s); those of --dataset=fake_labelled have 3" in message

    def test_one_class(self, refused):
        message = refused("--classes=3")
        assert "training images of at least two classes. Received: classes=3, images=" in message

    def test_one_image(self, refused):
        assert "images of at least two classes" in refused("--max_examples=1")

    def test_an_unknown_layer(self, refused):
        message = refused("--layer=conv_9")
        assert "--layer must be one of code, " in message
        assert "conv_1" in message
        assert message.endswith("Received: 'conv_9'.")

    def test_an_unknown_class(self, refused):
        assert "digits has no class eleven" in refused("--classes=eleven,1")

    def test_an_unknown_dataset(self, refused):
        message = refused("--dataset=nosuchset")
        assert "tfds:NAME; prepared in" in message
