"""Every verb on datasets with odd labels or few images: right numbers, or one message."""

import json

import numpy as np
import pytest

from kerasae.evaluation import measured
from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("numbers_only", "short_heads")]

SMALL = (
    "--epochs=1", "--batch_size=16", "--model.filters=2,2", "--model.dense_sizes=",
    "--model.latent_dim=3",
)  # fmt: skip
VERBS = {
    "readout": ("--heads=ridge", "--nobaselines"),
    "evaluate": ("--measures=clustering,reconstruction",),
    "encode": ("--out=OUT/codes.npz",),
    "export": ("--targets=keras", "--name=odd", "--out=OUT"),
    "report": ("--figures=code_map",),
}


@pytest.fixture(scope="module")
def trained(odd_datasets, cli, tmp_path_factory):
    """A run on one of the datasets: `trained("six")`; made once."""
    made = {}

    def train(name):
        if name not in made:
            run = tmp_path_factory.mktemp(name) / "run"
            place = (f"--dataset={name}", f"--data_dir={odd_datasets}", f"--run_dir={run}")
            made[name] = run, cli("train", *SMALL, *place)
        run, outcome = made[name]
        assert outcome.code == 0, outcome.err
        return run, outcome

    return train


@pytest.fixture
def call(cli, tmp_path):
    """Calls a verb on a run with the flags above and more."""

    def call(verb, run, *flags):
        flags = (flag.replace("OUT", str(tmp_path)) for flag in (*VERBS[verb], *flags))
        return cli(verb, f"--run_dir={run}", *flags)

    return call


def results(run):
    """Every result of a head, by its file."""
    files = {path: json.loads(path.read_text()) for path in (run / "readouts").rglob("*.json")}
    return {path: found for path, found in files.items() if "confusion" in found}


class TestHalfLabelled:
    def test_training_says_how_many(self, trained):
        run, outcome = trained("half_labelled")
        assert json.loads((run / "config.json").read_text())["train_images"] == 100
        assert "50 of 100 train images have no label" in outcome.err
        assert "20 of 40 test images have no label" in outcome.err

    def test_readouts_are_of_the_labelled_images(self, trained, call):
        run, _ = trained("half_labelled")
        outcome = call("readout", run, "--heads=ridge,ffn", "--labels_per_class=1", "--baselines")
        assert outcome.code == 0, outcome.err
        assert len(results(run)) == 2 + 4 * 2  # Two heads on each of four baselines.
        for result in results(run).values():
            assert (result["train_images"], result["test_images"]) == (50, 20)
            assert np.sum(result["confusion"]) == 20
            assert result["accuracy"] == np.trace(result["confusion"]) / 20

    def test_measures_of_labels_say_how_many_images_they_leave_out(self, trained, call):
        run, _ = trained("half_labelled")
        outcome = call("evaluate", run)
        assert outcome.code == 0, outcome.err
        left_out = {
            name: measured.read(RunDir(run), name).settings.get("left out without a label")
            for name in ("clustering", "reconstruction")
        }
        assert left_out == {"clustering": "20 test images", "reconstruction": None}

    def test_all_else_works_on_all_images(self, trained, call, tmp_path):
        run, _ = trained("half_labelled")
        for verb in ("encode", "report"):
            outcome = call(verb, run)
            assert outcome.code == 0, outcome.err
        with np.load(tmp_path / "codes.npz") as arrays:
            assert arrays["train_codes"].shape == (100, 3)
            assert np.sum(arrays["train_labels"] == -1) == 50


class TestChosenLabels:
    def test_without_a_label_that_is_meant_it_is_asked_for(self, cli, odd_datasets, tmp_path):
        outcome = cli(
            "train", "--dataset=two_labels", f"--data_dir={odd_datasets}", f"--run_dir={tmp_path}"
        )
        assert outcome.code == 2
        assert "give one of digit, parity." in outcome.complaint

    def test_each_label_has_results_of_its_own(self, trained, call):
        run, _ = trained("by_class")
        for label in ("digit", "parity"):
            outcome = call("readout", run, "--dataset=two_labels", f"--label={label}")
            assert outcome.code == 0, outcome.err
        found = [
            result
            for result in results(run).values()
            if result["origin"]["images"]["dataset"] == "two_labels:1.0.0"
        ]
        assert sorted(len(result["classes"]) for result in found) == [2, 10]


def test_a_dataset_stored_by_class_can_be_read_out(trained, call):
    run, _ = trained("by_class")
    assert call("readout", run).code == 0
    for result in results(run).values():
        if result["origin"]["images"]["dataset"] == "by_class:1.0.0":
            assert np.sum(result["confusion"], axis=1).tolist() == [2] * 10
            assert result["accuracy"] > 0.15


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["one", "six"])
def test_few_images(trained, call, name, verb):
    """It works, or one message says why it can't."""
    run, _ = trained(name)
    flags = ("--measures=all", "--heads=linear") if verb == "evaluate" else ()
    outcome = call(verb, run, *flags)
    if (name, verb) == ("one", "readout"):
        assert outcome.code == 2
        assert "needs training images of at least two classes" in outcome.err
    else:
        assert outcome.code == 0, outcome.err
