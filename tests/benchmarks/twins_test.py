"""The peers do what kerasae does: same images, batches, weights, rates, and so the same losses."""

import dataclasses
import importlib.util
import math

import keras
import numpy as np
import pytest
import warm_python

from benchmarks import job as jobs
from benchmarks import prepare, referee, steps, training
from benchmarks.contenders import keras_script
from benchmarks.settings import Settings
from kerasae.data import pipeline
from kerasae.models.autoencoder import build_autoencoder
from kerasae.objectives import reconstruction
from kerasae.training import fit as fitting

pytestmark = pytest.mark.slow

# Batches of 16 or 32, so that the last one is smaller.
FEW = {"max_examples": 72, "epochs": 3}


@pytest.fixture(autouse=True)
def _warm_contenders():
    """What is measured in life isn't here, so no contender need import TensorFlow."""
    with warm_python.started_by(referee):
        yield


@dataclasses.dataclass(frozen=True)
class Trained:
    """A job, the images as kerasae's pipeline gives them, and the losses it comes to."""

    job: jobs.Job
    batches: list[np.ndarray]
    losses: list[float]


@pytest.fixture(scope="module", params=["cognition", "ones_and_eights"])
def trained(request) -> Trained:
    settings = Settings(quick=True, data_dir=None)
    flags, config = settings.flags(request.param, **FEW), settings.config(request.param, **FEW)
    job = prepare.job_of(request.param, config, flags)
    data = pipeline.load(pipeline.open_source(config.data), config.data, config.training.seed)
    keras.utils.set_random_seed(config.training.seed)
    autoencoder = build_autoencoder(config.model, config.model_config, data.image_shape)
    arguments = (config.training.batch_size, config.training.seed, 0, config.training.epochs)
    dataset = data.train.training_batches(*arguments, lambda images, keys: images)
    batches = list(dataset.as_numpy_iterator())
    objective = reconstruction.build(reconstruction.Config())
    fitted = fitting.fit(autoencoder, data.train, None, config.training, objective)
    return Trained(job, batches, [row.mse_per_pixel for row in fitted.rows])


def test_the_batches_are_those_that_kerasae_trains_on(trained):
    job = trained.job
    assert job.orders.shape == (FEW["epochs"], len(job.images))
    ordered = job.images[job.orders].reshape(-1, *job.images.shape[1:])
    np.testing.assert_array_equal(ordered, np.concatenate(trained.batches))
    assert len(trained.batches) == job.steps * FEW["epochs"]


def test_the_rates_are_those_of_the_schedule(trained):
    job = trained.job
    total = job.steps * job.epochs
    assert len(job.rates) == total
    expected = np.full(total, job.learning_rate)
    if job.decay_steps:
        assert job.warmup_steps + job.decay_steps == total
        for step in range(total):
            if step < job.warmup_steps:
                share = step / job.warmup_steps
                expected[step] *= 1 / 20 + 19 / 20 * share
            else:
                share = (step - job.warmup_steps) / job.decay_steps
                expected[step] *= (1 + math.cos(math.pi * share)) / 2
    np.testing.assert_allclose(job.rates, expected, rtol=1e-5)


def test_plain_keras_comes_to_the_same_losses(trained):
    job = trained.job
    model = keras_script.compiled(job)
    losses = []
    for order in job.orders:
        images = job.images[order]
        done = model.fit(images, images, batch_size=job.batch_size, shuffle=False, verbose=0)
        losses += done.history["loss"]
    np.testing.assert_allclose(losses, trained.losses, rtol=1e-4)
    assert losses[-1] < losses[0]


def test_a_job_survives_its_files(trained, tmp_path):
    trained.job.write(tmp_path)
    again = jobs.read(tmp_path)
    for field in dataclasses.fields(jobs.Job):
        np.testing.assert_equal(getattr(again, field.name), getattr(trained.job, field.name))


def test_operations_are_counted_by_hand(trained):
    if trained.job.experiment == "ones_and_eights":
        first, second = 20 * 20 * 17 * 17 * 20, 10 * 10 * 11 * 11 * 20 * 2
        forward = 2 * (first + second)
    else:
        first = 28 * 28 * 9 * 32
        dense = 2 * (784 * 80 + 80 * 49)
        forward = first + 14 * 14 * 9 * 32 * 16 + dense + 14 * 14 * 16 * 32 + 28 * 28 * 32
    assert trained.job.operations == 2 * (3 * forward - first)


@pytest.mark.parametrize("trained", ["ones_and_eights"], indirect=True)
def test_the_contenders_take_turns_to_the_same_losses(trained, tmp_path):
    """As processes: kerasae's command line, and PyTorch where it is installed."""
    trained.job.write(tmp_path)
    entries = training.contenders(tmp_path)
    names = ["kerasae"] + ["pytorch"] * (importlib.util.find_spec("torch") is not None)
    with referee.contest({name: entries[name] for name in names}) as ready:
        losses = [[ready[name].turn()["loss"] for name in names] for _ in trained.losses]
    for name, own in zip(names, zip(*losses, strict=True), strict=True):
        np.testing.assert_allclose(own, trained.losses, rtol=1e-3, err_msg=name)


def test_the_parts_of_a_run_are_within_it(small_run):
    """A whole run, taken apart: no part is missing, none is longer than the epoch it is in."""
    flags = [*small_run, "--epochs=3", "--validation_fraction=0.2"]
    row = steps.row_of("small", steps.report_of("small", flags))
    assert (row["steps"], row["batch_size"], row["epochs"]) == (3, 64, 2)
    parts = ("forward", "steps_alone", "pipeline_alone", "callbacks", "epoch_callbacks")
    assert min(row[part] for part in parts) > 0
    around = row["callbacks"] + row["epoch_callbacks"] + row["validation"]
    assert 0 < row["validation"] < around < row["whole_epoch"]
