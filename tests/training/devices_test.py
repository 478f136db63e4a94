"""Training on two devices at once, beside one: two logical CPUs stand for two GPUs."""

import json

import pytest

pytestmark = pytest.mark.slow

# Prints the histories of a training on one of two logical CPUs, and of one on both as JSON.
CODE = """
import json, tempfile, contextlib
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from kerasae.data.config import DataConfig
from kerasae.run_config import TrainingConfig
from kerasae.data import pipeline
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.objectives import reconstruction
from kerasae.run_dir import RunDir
from kerasae.training.callbacks import StopWhen
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
config = DataConfig(max_examples=130, image_size=(12,), validation_fraction=0.25)
data = pipeline.load(pipeline.open_source(config), config, 0)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def history(family, model, training, scope, stops):
    # Losses by name; it is started anew after each of the epochs `stops`.
    run = RunDir(tempfile.mkdtemp())
    keras.utils.set_random_seed(0)
    with scope:
        autoencoder = build_autoencoder(family, model, data.image_shape)
    for epochs in stops:
        fitted = fit(
            autoencoder, data.train, data.validation,
            TrainingConfig(epochs=2, batch_size=20, **training),
            reconstruction.build(reconstruction.Config()),
            [RunRecorder(run), StopWhen(lambda rows: len(rows) >= epochs)],
        )
    replicas = fitted.autoencoder.model.distribute_strategy.num_replicas_in_sync
    names = ("loss", "mse_per_pixel", "val_mse_per_pixel")
    return replicas, {name: [getattr(row, name) for row in fitted.rows] for name in names}

print(json.dumps({
    family: (
        history(family, model, training, contextlib.nullcontext(), (2,)),
        history(family, model, training, strategy.scope(), (1, 2)),
    )
    for family, model, training in (
        ("pooled", pooled.Config(filters=(4, 2), dense_sizes=(), latent_dim=6),
         {"ema_momentum": 0.7}),
        ("all_convolutional", all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3)),
         {"optimizer": "sgd", "momentum": 0.9}),
    )
}))
"""


def test_two_devices_end_where_one_ends(python):
    """Also after going on from a checkpoint, as only the training on both does."""
    done = python(CODE, warm=True)
    assert done.returncode == 0, done.stderr
    for (one, alone), (two, together) in json.loads(done.stdout.splitlines()[-1]).values():
        assert (one, two) == (1, 2)
        for name, losses in alone.items():
            assert len(losses) == 2
            assert together[name] == pytest.approx(losses, rel=1e-3)


def test_one_device_is_refused(train, small_run, tmp_path):
    outcome = train(*small_run, "--mirrored", f"--run_dir={tmp_path / 'run'}")
    assert outcome.code == 2
    assert "--mirrored needs two GPUs or more. Received: gpus=0." in outcome.err
