"""Whatever the library trains, the caller's random numbers and Keras session go on as before."""

import random

import keras
import numpy as np
import pytest
from caller_state import around

from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.evaluation import subject as subjects
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measures import leave_one_class_out
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.readouts import baselines
from kerasae.readouts.heads import ffn
from kerasae.run_config import TrainingConfig
from kerasae.training.seeding import seeded

pytestmark = pytest.mark.slow

CODES = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
LABELS = np.arange(60) % 3
MODEL = pooled.Config(filters=(4, 2), dense_sizes=(), latent_dim=6)


@pytest.fixture(scope="module")
def data():
    config = DataConfig(image_size=(12,), max_examples=60)
    return pipeline.load(pipeline.open_source(config), config, 0)


def train(cli, small_run, tmp_path, **_):
    outcome = cli("train", *small_run, "--epochs=1", f"--run_dir={tmp_path / 'run'}")
    assert outcome.code == 0, outcome.err


def search(cli, small_run, tmp_path, **_):
    """One trial."""
    space = tmp_path / "space.toml"
    space.write_text('["model.latent_dim"]\nchoices = [2]\n', encoding="utf-8")
    flags = ("--tuner=grid", "--epochs=1", "--validation_fraction=0.2", "--objective=val_accuracy")
    outcome = cli("search", *small_run, *flags, f"--space={space}", f"--out={tmp_path / 'search'}")
    assert outcome.code == 0, outcome.err


def ffn_readout(**_):
    ffn.fit(ffn.Config(hidden=(4,), epochs=1), CODES, LABELS, 3, seed=1)


def pixels_readout(monkeypatch, **_):
    monkeypatch.setitem(subjects.PIXEL_TRAINING, "epochs", 1)
    subjects._fit_pixels(CODES, LABELS, 3, seed=1)


def all_baselines(data, **_):
    assert len(list(baselines.features(data, "pooled", MODEL, TrainingConfig(epochs=1)))) == 4


def one_class_left_out(data, monkeypatch, **_):
    monkeypatch.setattr(leave_one_class_out, "EPOCHS", 1)
    with seeded(0):
        autoencoder = build_autoencoder("pooled", MODEL, data.image_shape)
    subject = Subject(autoencoder, None, data.train, data.test, {}, None, seed=1)
    leave_one_class_out.trained(subject, np.zeros((20, 12, 12, 1), np.float32))


WORK = (train, search, ffn_readout, pixels_readout, all_baselines, one_class_left_out)


@pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")
@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_nothing_of_it_is_left(work, cli, small_run, tmp_path, data, monkeypatch, float_policy):
    undisturbed = around(lambda: None)
    assert undisturbed == around(
        lambda: work(
            cli=cli, small_run=small_run, tmp_path=tmp_path, data=data, monkeypatch=monkeypatch
        )
    )


def test_baselines_that_are_read_one_by_one_leave_the_reader_alone(data):
    """A generator is left and entered again with each of them."""
    keras.utils.set_random_seed(5)
    features = baselines.features(data, "pooled", MODEL, TrainingConfig(epochs=1))
    found = [(random.random(), np.random.rand()) for _ in features]
    keras.utils.set_random_seed(5)
    assert found == [(random.random(), np.random.rand()) for _ in found]
