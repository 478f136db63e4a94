"""Layers between code and decoder or random in training, alone and in a model that goes on."""

import keras
import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.data.split import MemorySplit
from kerasae.layers import Dropout, GaussianSample, KeepLargest, WinnerTakeAll
from kerasae.models.autoencoder import build_autoencoder, load_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.objectives import k_sparse, variational, winner_take_all
from kerasae.run_config import RunConfig, TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.training.callbacks import StopWhen
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

CODES = np.random.default_rng(0).normal(size=(4000, 3)).astype(np.float32)
IMAGES = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)
POOLED = pooled.Config(
    filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=5, tied=True, normalization="batch",
    residual_blocks=1, dropout=0.2,
)  # fmt: skip
CONVOLUTIONAL = all_convolutional.Config((3, 1), (3, 3), (1, 2))
FAMILIES = [("pooled", POOLED), ("all_convolutional", CONVOLUTIONAL)]


def test_a_sample_has_the_codes_mean_and_the_layers_variance():
    layer = GaussianSample(seed=0)
    np.testing.assert_array_equal(layer(CODES), CODES)
    layer.variance.bias.assign(np.log([0.01, 1.0, 4.0]))
    noise = layer(CODES, training=True) - CODES
    np.testing.assert_allclose(np.std(noise, axis=0), [0.1, 1, 2], rtol=0.05)
    np.testing.assert_allclose(np.mean(noise, axis=0), 0, atol=0.1)
    assert np.any(layer(CODES, training=True) - CODES != noise)


def test_the_largest_are_kept():
    kept = KeepLargest(2)(CODES).numpy()
    assert np.all((kept != 0).sum(axis=1) == 2)
    np.testing.assert_array_equal(kept[kept != 0], CODES[kept != 0])
    assert np.all(CODES.min(axis=1) == np.where(kept == 0, CODES, np.inf).min(axis=1))
    np.testing.assert_array_equal(KeepLargest(9)(CODES), CODES)
    with pytest.raises(ValueError, match=r"`count` must be 1 or more\. Received: count=0"):
        KeepLargest(0)


def test_winners_of_each_map_go_on_in_training_and_afterwards():
    maps = CODES[:60].reshape(20, 3, 3)  # (B, places, maps)
    layer = WinnerTakeAll(channels=3, spatial=True)
    for training in (False, True):
        kept = layer(maps.reshape(20, 9), training=training).numpy().reshape(maps.shape)
        assert np.all((kept != 0).sum(axis=1) == 1)
        np.testing.assert_array_equal(kept.sum(axis=1), maps.max(axis=1))


def test_each_number_goes_on_for_its_share_of_a_batch_in_training_alone():
    layer = WinnerTakeAll(lifetime=0.25)
    np.testing.assert_array_equal(layer(CODES), CODES)
    kept = layer(CODES, training=True).numpy()
    assert np.all((kept != 0).sum(axis=0) == 1000)
    for number in range(3):
        least = np.sort(CODES[:, number])[-1000]
        expected = np.where(CODES[:, number] >= least, CODES[:, number], 0)
        np.testing.assert_array_equal(kept[:, number], expected)
    np.testing.assert_array_equal(layer(CODES[:1], training=True), CODES[:1])


def test_maps_go_on_by_their_winners():
    """Both at once: one number a map and image, and half of the images for each map."""
    codes = CODES[:80].reshape(40, 6)
    kept = WinnerTakeAll(3, True, 0.5)(codes, training=True).numpy().reshape(40, 2, 3)
    assert np.all((kept != 0).sum(axis=1) <= 1)
    assert np.all((kept != 0).sum(axis=(0, 1)) == 20)
    with pytest.raises(ValueError, match=r"`lifetime` must be above 0, at most 1\. .*lifetime=0"):
        WinnerTakeAll(lifetime=0)


def test_spatial_winners_need_maps():
    spatial = winner_take_all.Config(spatial=True)
    settings = (DataConfig(), TrainingConfig())
    with pytest.raises(ConfigError, match=r"needs, as it is set, a --model whose code is maps"):
        RunConfig(*settings, "pooled", POOLED, "winner_take_all", spatial)
    RunConfig(*settings, "all_convolutional", CONVOLUTIONAL, "winner_take_all", spatial)
    with pytest.raises(ConfigError, match=r"lifetime must be below 1 without .*spatial=false"):
        winner_take_all.Config(lifetime=1.0)


def test_dropout_leaves_out_its_share_and_keeps_the_mean():
    layer, ones = Dropout(0.25, seed=0), np.ones((4000, 3), np.float32)
    np.testing.assert_array_equal(layer(ones), ones)
    first, second = (layer(ones, training=True).numpy() for _ in range(2))
    np.testing.assert_allclose(np.unique(first), [0, 4 / 3], rtol=1e-6)
    np.testing.assert_allclose(first.mean(axis=0), 1, atol=0.05)
    assert np.mean(first == second) < 0.7
    with pytest.raises(ValueError, match=r"`rate` must be from 0 to below 1\. Received: rate=1"):
        Dropout(1)


@pytest.mark.parametrize(
    "layer",
    [
        GaussianSample(seed=3, name="a"),
        KeepLargest(2, name="b"),
        Dropout(0.3, seed=1, name="c"),
        WinnerTakeAll(2, True, 0.5, name="d"),
    ],
)
def test_config(layer):
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(("family", "config"), FAMILIES)
@pytest.mark.parametrize("plugin", [variational, k_sparse], ids=lambda plugin: plugin.__name__)
def test_resumed_is_uninterrupted_to_the_bit(family, config, plugin, tmp_path):
    """Also what is random in the layer goes on where it was."""
    options = plugin.Config()

    def train(*callbacks):
        with seeded(0):
            layer = options.bottleneck(config.code_channels)
            autoencoder = build_autoencoder(family, config, (8, 8, 1), bottleneck=layer)
            training = TrainingConfig(epochs=3, batch_size=10)
            split = MemorySplit(IMAGES)
            return fit(autoencoder, split, split, training, plugin.build(options), callbacks)

    whole = train()
    run = RunDir(tmp_path)
    train(RunRecorder(run), StopWhen(lambda rows: len(rows) >= 1))
    assert load_autoencoder(run.model).bottleneck is not None
    parts = train(RunRecorder(run))
    for one, other in zip(whole.rows, parts.rows, strict=True):
        assert (one.loss, one.val_mse_per_pixel) == (other.loss, other.val_mse_per_pixel)
        assert one.terms == other.terms
    images = IMAGES / np.float32(255)
    autoencoder = parts.autoencoder
    code = autoencoder.encoder(images)
    np.testing.assert_allclose(
        autoencoder.decoder(code), autoencoder.model(images, training=False), atol=1e-6
    )
    tied = [layer for layer in autoencoder.model.layers if hasattr(layer, "transpose_bias")]
    assert tied, "the tied layers are still tied"
    assert keras.ops.shape(code) == (25, autoencoder.code_size)
