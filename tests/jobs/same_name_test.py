"""Two datasets of one name and version: a run, and all that is made of it, knows its own images."""

import dataclasses
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from run_copies import content, copied
from sklearn.datasets import load_digits

from kerasae import names
from kerasae.config import ConfigError
from kerasae.data.applied_config import AppliedDataConfig, DataPlaceConfig
from kerasae.evaluation import measured
from kerasae.evaluation.config import EvaluationConfig
from kerasae.exporting import facts
from kerasae.jobs.evaluate import evaluate
from kerasae.jobs.readout import readout
from kerasae.readouts import results
from kerasae.readouts.codes import compute_codes
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.heads import ridge
from kerasae.readouts.run_codes import RunCodes
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.runs.applied_data import load_data, load_own_data
from kerasae.runs.open_run import open_run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "numbers_only")]

# Which digits are the train and test images of each.
TWINS = {
    "a": (range(200), range(200, 300)),
    "b": (range(1000, 1200), range(1200, 1300)),
    "c": (range(1000, 1150), range(1200, 1250)),
}
MODEL = ("--epochs=2", "--model.filters=3,2", "--model.dense_sizes=", "--model.latent_dim=6")


@pytest.fixture(scope="module")
def twins(tmp_path_factory) -> Path:
    """Folders a, b and c, each with a dataset `twin` 1.0.0; c has fewer images."""
    import tensorflow_datasets as tfds

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)[..., np.newaxis]

    def prepare(folder, train, test):
        def _info(self):
            features = {
                "image": tfds.features.Image(shape=(8, 8, 1)),
                "label": tfds.features.ClassLabel(num_classes=10),
            }
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict(features)
            )

        def examples(positions):
            return ((i, {"image": images[i], "label": digits.target[i]}) for i in positions)

        methods = {
            "_info": _info,
            "_split_generators": lambda *_: {"train": examples(train), "test": examples(test)},
            "_generate_examples": None,
            "VERSION": tfds.core.Version("1.0.0"),
            "__module__": __name__,
        }
        bases = (tfds.core.GeneratorBasedBuilder,)
        builder = type("Twin", bases, methods, skip_registration=True)
        builder(data_dir=folder).download_and_prepare()

    top = tmp_path_factory.mktemp("twins")
    for name, splits in TWINS.items():
        prepare(top / name, *splits)
    return top


@pytest.fixture(scope="module")
def trained(train, twins, tmp_path_factory):
    """Trained on a, and read out. Read only."""
    run = RunDir(tmp_path_factory.mktemp("trained") / "run")
    flags = ("--dataset=twin", f"--data_dir={twins / 'a'}", *MODEL)
    outcome = train(*flags, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    readout(run, wanted())
    return run


@pytest.fixture
def run(trained, tmp_path):
    """A copy that a test may change."""
    return copied(trained, tmp_path / "run")


def wanted(folder=None, **more):
    data = AppliedDataConfig(data_dir=folder and str(folder))
    return ReadoutConfig(heads=("ridge",), baselines=False, data=data, **more)


def expected(run, folder, layer=names.CODE):
    """Accuracy of ridge on codes that are computed for this and for nothing else."""
    opened = open_run(run)
    data, used = load_data(opened, AppliedDataConfig(data_dir=str(folder)))
    shutil.rmtree(run.codes)
    codes = compute_codes(RunCodes(opened), data, used, layer, keep=False)
    head = ridge.fit(ridge.Config(), np.array(codes.train), codes.train_labels, 10, 0)
    return float(np.mean(head.predict(np.array(codes.test)) == codes.test_labels)), len(codes.test)


@pytest.mark.parametrize("name", ["b", "c"])
def test_another_dataset_of_the_same_name_has_its_own_codes_and_results(run, twins, name):
    own = results.on_the_code(run)
    reached = readout(run, wanted(twins / name))
    (other,) = (result for result in results.on_the_code(run) if result not in own)
    assert other.origin.images.content != own[0].origin.images.content
    assert (other.accuracy, other.test_images) == expected(run, twins / name)
    labels = {words: labels for words, labels, _ in reached.tables[0].rows}
    assert labels == {
        "ridge readout": other.train_images,
        "ridge readout of twin, as it is": own[0].train_images,  # The head of its namesake.
    }
    assert results.on_the_code(run)[0] in own or results.on_the_code(run)[1] in own


def test_a_card_tells_datasets_of_one_name_apart(run, twins):
    readout(run, wanted(twins / "b"))
    datasets = [row["dataset"] for row in facts._accuracies(run)]
    assert len(set(datasets)) == 2
    assert all(re.fullmatch(r"twin:1\.0\.0 \([0-9a-f]{8}\)", dataset) for dataset in datasets)


def test_the_same_images_elsewhere_are_the_runs_own(run, twins, tmp_path):
    shutil.copytree(twins / "a", tmp_path / "moved")
    before = sorted(path.name for path in run.codes.iterdir())
    readout(run, wanted(tmp_path / "moved"))
    assert len(results.on_the_code(run)) == 1
    assert sorted(path.name for path in run.codes.iterdir()) == before
    evaluate(run, measures(tmp_path / "moved"))


def measures(folder, **more):
    place = DataPlaceConfig(data_dir=folder and str(folder))
    return EvaluationConfig(measures=("reconstruction",), place=place, **more)


@pytest.mark.parametrize("name", ["b", "c"])
def test_the_runs_own_images_can_be_no_others(run, twins, name):
    """As evaluate, export and report mean them."""
    opened = open_run(run)
    with pytest.raises(ConfigError, match="is of other images than there are now") as refused:
        load_own_data(opened, DataPlaceConfig(data_dir=str(twins / name)))
    data, _ = load_data(opened, AppliedDataConfig(data_dir=str(twins / name)))
    for known in (record.read(run).dataset.content, data.spec.content, "--data_dir"):
        assert known in str(refused.value)


COMMANDS = [
    "readout --heads=ridge --nobaselines",
    "encode --out=OUT/codes.npz",
    "evaluate --measures=reconstruction",
    "report --figures=code_map",
    "export --name=small --targets=keras --out=OUT",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_images_that_changed_in_their_place_are_refused(
    run, cli, twins, tmp_path, monkeypatch, command
):
    """Where nothing was said of the folder, the run's own are meant."""
    monkeypatch.chdir(tmp_path)
    settings = record.read(run).settings
    place = {**settings["data"], "data_dir": str(twins / "b")}
    record.write(run, dataclasses.replace(record.read(run), settings={**settings, "data": place}))
    before = content(run)
    verb, *flags = command.replace("OUT", str(tmp_path / "out")).split()
    outcome = cli(verb, f"--run_dir={run.path}", *flags)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is of other images than there are now" in outcome.complaint
    assert "--data_dir" in outcome.complaint
    assert content(run) == before


@pytest.mark.parametrize("finished", [True, False])
def test_training_goes_on_with_the_same_images_only(run, train, twins, finished):
    if not finished:
        run.metrics.unlink()
    before = content(run)
    flags = ("--dataset=twin", *MODEL, f"--run_dir={run.path}", "--resume")
    outcome = train(*flags, f"--data_dir={twins / 'b'}")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--resume goes on with the same images only" in outcome.complaint
    assert content(run) == before
    assert train(*flags, f"--data_dir={twins / 'a'}").code == 0


def test_a_search_goes_on_with_the_same_images_only(search, search_space, cli, twins, tmp_path):
    space = '["model.latent_dim"]\nchoices = [2, 4]\n'
    flags = (
        "--dataset=twin", *MODEL[:3], f"--space={search_space(space)}", "--max_trials=1",
        "--validation_fraction=0.2", f"--out={tmp_path / 'out'}",
    )  # fmt: skip
    outcome = cli("search", *flags, f"--data_dir={twins / 'a'}")
    assert outcome.code == 0, outcome.err
    outcome = cli("search", *flags, f"--data_dir={twins / 'b'}", "--resume")
    assert outcome.code == 2
    assert "content was" in outcome.complaint


def test_measures_are_of_the_other_dataset_that_was_given(finished, twins, tmp_path):
    """And not of one that had its name."""
    run = copied(finished, tmp_path / "run")
    scores = []
    for name in ("a", "b"):
        place = DataPlaceConfig(data_dir=str(twins / name))
        config = EvaluationConfig(measures=("anomaly",), other_dataset="twin", place=place)
        evaluate(run, config)
        scores.append(measured.read_arrays(run, "anomaly"))
    assert not np.array_equal(scores[0]["other_autoencoder"], scores[1]["other_autoencoder"])
    key = measured.read(run, "anomaly").key
    evaluate(run, config)
    assert measured.read(run, "anomaly").key == key
