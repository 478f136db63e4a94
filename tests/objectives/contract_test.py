"""What every objective has to keep, run for each of them, and for one with something random."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from keyed_noise import KeyedNoise

from kerasae import registry
from kerasae.data.split import MemorySplit, StreamedSplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.training.seeding import seeded

IMAGES = np.random.default_rng(0).integers(0, 256, (23, 8, 8, 1), np.uint8)
OBJECTIVES = registry.load_all(registry.OBJECTIVES)


@pytest.fixture(params=[*OBJECTIVES, "keyed_noise"])
def objective(request):
    if request.param == "keyed_noise":
        return KeyedNoise()
    plugin = OBJECTIVES[request.param]
    return plugin.build(plugin.Config())


@pytest.mark.parametrize("plugin", OBJECTIVES.values(), ids=OBJECTIVES)
def test_options_and_terms_are_declared(plugin):
    assert dataclasses.is_dataclass(plugin.Config)
    assert plugin.Config.__dataclass_params__.frozen
    for field in dataclasses.fields(plugin.Config):
        assert field.metadata["help"], field.name
    assert plugin.TERMS
    assert all(isinstance(unit, str) and unit for unit in plugin.TERMS.values())


@pytest.mark.parametrize("plugin", OBJECTIVES.values(), ids=OBJECTIVES)
def test_the_terms_are_the_declared_ones_and_move_the_weights(plugin):
    objective = plugin.build(plugin.Config())
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        autoencoder = build_autoencoder("pooled", config, (8, 8, 1))
    keys = tf.constant([[0, 0, position] for position in range(len(IMAGES))], tf.int64)
    inputs, targets = objective.input_and_target(tf.constant(IMAGES / np.float32(255)), keys)
    with tf.GradientTape() as tape:
        reconstructions = autoencoder.model(inputs, training=True)
        terms = objective.terms(autoencoder, inputs, targets, reconstructions)
        total = sum(terms.values())
    assert set(terms) == set(plugin.TERMS)
    for term in terms.values():
        assert term.shape == ()
        assert np.isfinite(term)
    gradients = tape.gradient(total, autoencoder.model.trainable_weights)
    assert any(np.any(gradient) for gradient in gradients)


def shown(split, objective, batch_size, first_epoch=0):
    """Input and target of every image in epochs 0 and 1, by epoch and position."""

    def make(images, keys):
        return *objective.input_and_target(images, keys), keys

    found = {}
    for elements in split.training_batches(batch_size, 7, first_epoch, 2, make):
        for image, target, (_, epoch, position) in zip(*map(np.array, elements), strict=True):
            found[int(epoch), int(position)] = (image.tobytes(), target.tobytes())
    return found


def test_an_image_is_shown_by_its_key_alone(objective):
    """However images are stored, batched, and from which epoch on they are asked for."""
    keras.utils.set_random_seed(1)
    memory = MemorySplit(IMAGES)
    expected = shown(memory, objective, 5)
    assert len(expected) == 2 * len(IMAGES)
    records = tf.data.Dataset.from_tensor_slices(IMAGES)
    streamed = StreamedSplit(records, lambda image: image, len(IMAGES), (8, 8, 1), None, None, 7)
    keras.utils.set_random_seed(2)
    assert shown(streamed, objective, 5) == expected
    assert shown(memory, objective, 23) == expected
    later = {key: value for key, value in expected.items() if key[0] == 1}
    assert shown(memory, objective, 5, first_epoch=1) == later


def test_noise_differs_by_epoch_and_image():
    found = shown(MemorySplit(IMAGES), KeyedNoise(), 5)
    assert len({image for image, _ in found.values()}) == len(found)


def test_the_objectives_that_are_promised():
    assert "reconstruction" in registry.names(registry.OBJECTIVES)
