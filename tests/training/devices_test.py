"""Training on two devices at once, beside one: two logical CPUs stand for two GPUs."""

import json

import pytest

pytestmark = pytest.mark.slow

# `{devices}` logical CPUs; prints the history and the weights' sums as JSON.
CODE = """
import json, sys, tempfile, contextlib
import tensorflow as tf
devices = int(sys.argv[1])
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * devices)
import keras
from kerasae.config import DataConfig, TrainingConfig
from kerasae.data import pipeline
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.objectives import reconstruction
from kerasae.run_dir import RunDir
from kerasae.training.callbacks import StopWhen
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
keras.utils.set_random_seed(0)
config = DataConfig(max_examples=130, image_size=(12,), validation_fraction=0.25)
data = pipeline.load(pipeline.open_source(config), config, 0)
names = [f"CPU:{number}" for number in range(devices)]
strategy = tf.distribute.MirroredStrategy(names) if devices > 1 else None
results = {}
for family, model, training in (
    ("pooled", pooled.Config(filters=(4, 2), dense_sizes=(), latent_dim=6), {}),
    ("all_convolutional", all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3)),
     {"optimizer": "sgd", "momentum": 0.9}),
):
    run = RunDir(tempfile.mkdtemp())
    with strategy.scope() if strategy else contextlib.nullcontext():
        autoencoder = build_autoencoder(family, model, data.image_shape)
    for epochs in (1, 2):
        fitted = fit(
            autoencoder, data.train, data.validation,
            TrainingConfig(epochs=2, batch_size=20, **training),
            reconstruction.build(reconstruction.Config()),
            [RunRecorder(run), StopWhen(lambda rows: len(rows) >= epochs)],
        )
    for name in ("loss", "mse_per_pixel", "val_mse_per_pixel"):
        results[f"{family} {name}"] = [getattr(row, name) for row in fitted.rows]
print(json.dumps(results))
"""


def test_two_devices_end_where_one_ends(python):
    """Also after going on from a checkpoint."""
    one, two = (python(CODE, devices, warm=True) for devices in (1, 2))
    assert one.returncode == 0, one.stderr
    assert two.returncode == 0, two.stderr
    alone, together = (json.loads(done.stdout.splitlines()[-1]) for done in (one, two))
    for name, losses in alone.items():
        assert len(losses) == 2
        assert together[name] == pytest.approx(losses, rel=1e-3)


def test_one_device_is_refused(train, small_run, tmp_path):
    outcome = train(*small_run, "--mirrored", f"--run_dir={tmp_path / 'run'}")
    assert outcome.code == 2
    assert "--mirrored needs two GPUs or more. Received: gpus=0." in outcome.err
