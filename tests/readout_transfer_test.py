"""`python -m kerasae.readout --dataset`: heads on another dataset's images, anew and zero-shot."""

import numpy as np
import pytest
import shortcuts
from made_records import head_result
from run_copies import copied

from kerasae import csv_files
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.models.autoencoder import load_autoencoder
from kerasae.readouts import results
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_data
from kerasae.runs.open_run import open_run

pytestmark = pytest.mark.slow


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
        found = head_result(run, "ridge", "patterns-small")
        assert found.zero_shot_accuracy is not None
        assert found.origin.images.dataset == "patterns/small:1.0.0"
        assert found.encoder_trained_on == "digits"
        assert (found.train_images, found.test_images) == (60, 20)
        assert np.sum(found.confusion) == 20
        assert found.accuracy > 0.8

    @pytest.mark.parametrize("head", ["ridge", "knn"])
    def test_the_digits_head_zero_shot(self, transferred, patterns, head):
        run, outcome = transferred
        kept = results.load_head(run, head_result(run, head))
        wanted = AppliedDataConfig(str(patterns), dataset="patterns/small", resize=True)
        data, _ = load_data(open_run(run), wanted)
        images = data.test.images.numpy() / np.float32(255)
        predictions = kept.predict(load_autoencoder(run.model).encoder(images).numpy())
        found = head_result(run, head, "patterns-small").zero_shot_accuracy
        assert found == np.mean(predictions == data.test.labels)
        assert f"{head} of digits, zero-shot" in outcome.out

    def test_a_dataset_of_a_long_name_has_a_table_too(self, transferred):
        run, _ = transferred
        (path,) = run.path.parent.glob("readouts-patterns-small-*.csv")
        rows = csv_files.read(path)
        assert float(rows[0]["ridge"]) == head_result(run, "ridge", "patterns-small").accuracy

    def test_all_layers_keep_what_the_head_gets_zero_shot(self, transferred, patterns, cli):
        run, _ = transferred
        before = head_result(run, "ridge", "patterns-small")
        outcome = cli(
            "readout", f"--run_dir={run.path}", "--dataset=patterns/small", "--resize",
            f"--data_dir={patterns}", "--heads=ridge", "--layer=all", "--nobaselines",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        after = head_result(run, "ridge", "patterns-small")
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
        assert head_result(run, "ridge").zero_shot_accuracy is None
