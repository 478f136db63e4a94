"""A model family and a training objective are one file each."""

import family_contract
import numpy as np
import plugins
import pytest

from kerasae import files, registry
from kerasae.models.autoencoder import build_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training import history

FAMILY = '''"""One convolution and a dense layer, each way."""

import dataclasses

from kerasae import names
from kerasae.config import option
from kerasae.models import footprint
from kerasae.models.families import FamilyConfig
from kerasae.models.footprint import WIDTH


@dataclasses.dataclass(frozen=True)
class Config(FamilyConfig):
    """Size of the code."""

    numbers: int = option(3, "numbers in this family's code", bounds=WIDTH)

    def code_size(self, image_size):
        return self.numbers

    def footprint(self, image_shape):
        height, width, channels = image_shape
        convolved = footprint.convolution((height, width), 3, channels, 2)
        coded = footprint.dense(height * width * 2, self.numbers)
        return convolved + coded + footprint.dense(self.numbers, height * width * channels)


def build(config, image_shape):
    from keras import layers

    from kerasae.models import graph

    image = graph.image_input(image_shape)
    maps = graph.convolution(False, 2, 3, padding="same", name=names.CONV.format(1))(image)
    code = layers.Dense(config.numbers, name=names.CODE)(layers.Flatten()(maps))
    height, width, channels = image_shape
    flat = layers.Dense(height * width * channels)(code)
    return graph.autoencoder(image, layers.Reshape(image_shape)(flat), "sigmoid")
'''
OBJECTIVE = '''"""Twice the squared error."""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.objectives import Objective, ObjectiveConfig, Term


@dataclasses.dataclass(frozen=True)
class Config(ObjectiveConfig):
    """Its weight."""

    weight: float = option(2.0, "weight of this objective's term", bounds=Bounds(0, 1000))


class Weighted(Objective):
    def __init__(self, weight):
        self.terms = {"weighted": Term("mean squared error per pixel", weight)}

    def views(self, images, keys):
        return (images,)

    def values(self, images, seen):
        from kerasae.models.autoencoder import mean_mse_per_pixel

        (view,) = seen
        return {"weighted": mean_mse_per_pixel(images, view.reconstruction)}


def build(config):
    return Weighted(config.weight)
'''


@pytest.fixture
def family(tmp_path):
    (tmp_path / "family").mkdir()
    with plugins.added(registry.FAMILIES, tmp_path / "family", plain_dense=FAMILY):
        yield "plain_dense"


@pytest.fixture
def objective(tmp_path):
    (tmp_path / "objective").mkdir()
    with plugins.added(registry.OBJECTIVES, tmp_path / "objective", weighted=OBJECTIVE):
        yield "weighted"


def test_a_family_keeps_the_contract(family, tmp_path):
    config = registry.load(registry.FAMILIES, family, "--model").Config(numbers=4)
    autoencoder = build_autoencoder(family, config, (9, 7, 1))
    images = np.random.default_rng(0).uniform(size=(3, 9, 7, 1)).astype("float32")
    family_contract.check(autoencoder, images, tmp_path)


def test_both_are_shown_trained_and_refused_by_name(family, objective, cli, tmp_path):
    chosen = (f"--model={family}", f"--training_objective={objective}")
    text = " ".join(cli("train", *chosen, "--help").out.split())
    assert "<all_convolutional|plain_dense|pooled>" in text
    assert "--model.numbers numbers in this family's code; 1 or more, at most 16777216 [3]" in text
    weight = "--training_objective.weight weight of this objective's term; 0 or more, at most 1000"
    assert f"{weight} [2.0]" in text

    run = RunDir(tmp_path / "run")
    flags = ("--model.numbers=5", "--training_objective.weight=3", "--dataset=digits",
             "--max_examples=100", "--image_size=8", "--epochs=2")  # fmt: skip
    outcome = cli("train", *chosen, *flags, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    assert files.read_json(run.metrics)["code_size"] == 5
    for row in history.read(run):
        assert row.loss == pytest.approx(3 * row.mse_per_pixel, rel=1e-5)
        assert row.terms == {"weighted": pytest.approx(row.mse_per_pixel, rel=1e-5)}
    again = cli("train", f"--flagfile={run.flags}", "--resume", f"--run_dir={run.path}")
    assert again.code == 0, again.err
    other = cli("train", *chosen, *flags, "--training_objective.weight=4", "--resume",
                f"--run_dir={run.path}")  # fmt: skip
    assert other.code == 2
    assert "--training_objective.weight was 3.0 and is now 4.0" in other.complaint
    assert cli("readout", f"--run_dir={run.path}", "--heads=ridge", "--nobaselines").code == 0
