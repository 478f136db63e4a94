"""A third experiment is one folder."""

import dataclasses
import shutil
from unittest import mock

import pytest
from made_records import change_settings

from kerasae import published
from kerasae.jobs import evaluate as evaluate_job
from kerasae.jobs import reproduce
from kerasae.published import experiments
from kerasae.readouts import results
from kerasae.reporting import page
from kerasae.run_dir import RunDir
from kerasae.tuning import published_architectures

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "numbers_only")]

TOML = """
title = "Third of its kind"
source = 'article "Third of its kind", 1999'
citation = "article, 1999"
demo = "a third autoencoder"
architecture = ["model.filters", "model.latent_dim"]
stated = ["model.latent_dim", "epochs", "batch_size"]
classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
train_images = 200
image_shape = [12, 12, 1]
heads = ["ridge"]
labels_per_class = ["1"]

[[section]]
title = "1. All that there is"
text = "Told nowhere else."
tables = ["training_loss", "differences"]
figures = ["loss_by_epoch"]

[[choice]]
what = "Dense layers"
flags = ["model.dense_sizes"]
"""
FLAGS = """# A third experiment.
--dataset=digits
--max_examples=200
--image_size=12
--model.filters=4,2
--model.dense_sizes=
--model.latent_dim=6
--batch_size=64
--epochs=1
"""


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    folder = tmp_path_factory.mktemp("experiments") / "third"
    folder.mkdir()
    (folder / "experiment.toml").write_text(TOML)
    (folder / "train.flags").write_text(FLAGS)
    (folder / "training_loss.csv").write_text("epoch,training_loss\n0,0.0625\n")
    with mock.patch.object(published, "__path__", [*published.__path__, str(folder.parent)]):
        yield folder


def test_it_has_a_name_everywhere(cli, third):
    assert experiments.names() == ("cognition", "ones_and_eights", "third")
    assert "third" in cli("reproduce", "--help").out
    outcome = cli("reproduce", "--experiment=forth")
    assert outcome.code == 2
    assert "third" in outcome.complaint
    found = published_architectures.configs(experiments.load("third").config(), (12, 12))
    assert "Third of its kind" in found


def test_it_is_reproduced_and_has_its_own_page(cli, third, tmp_path, monkeypatch):
    def evaluate(run, config):
        """One measure; all of them are taken in `reproduce_test`."""
        return evaluate_job.evaluate(run, dataclasses.replace(config, measures=("reconstruction",)))

    monkeypatch.setattr(reproduce, "evaluate", evaluate)
    run = RunDir(tmp_path / "run")
    outcome = cli("reproduce", "--experiment=third", f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    text = (run.path / "report" / "index.html").read_text(encoding="utf-8")
    for words in (
        "<h1>Third of its kind</h1>", "article &#34;Third of its kind&#34;, 1999",
        "Told nowhere else.", "none of what the source states", "0.0625", "Dense layers",
    ):  # fmt: skip
        assert words in text
    assert [result.origin.readout for result in results.on_the_code(run)] == ["ridge"]
    assert len(results.on_baselines(run)) == 8


def test_it_lends_its_page_to_any_run_of_its_architecture(finished, third, tmp_path):
    shutil.copytree(finished.path, tmp_path / "run")
    run = RunDir(tmp_path / "run")
    assert "<h1>Third of its kind</h1>" in page.write(run).read_text(encoding="utf-8")
    change_settings(run, "model_config", latent_dim=5)
    assert "<h1>Autoencoder</h1>" in page.write(run).read_text(encoding="utf-8")


def test_folders_without_a_description_are_no_experiments(third):
    (third.parent / "notes").mkdir()
    assert "notes" not in experiments.names()
