"""What every objective has to keep, run for each of them."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae import names, objectives, registry
from kerasae.data.pixels import to_unit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import Objective, ObjectiveConfig, Seen
from kerasae.training.history import Row
from kerasae.training.seeding import seeded

IMAGES = np.random.default_rng(0).integers(0, 256, (23, 8, 8, 1), np.uint8)
OBJECTIVES = registry.load_all(registry.OBJECTIVES)
# Those that show every image as it is.
PLAIN = {"reconstruction", "sparse", "k_sparse", "variational", "winner_take_all"}


@pytest.fixture(params=OBJECTIVES.values(), ids=OBJECTIVES)
def plugin(request):
    return request.param


@pytest.fixture
def objective(plugin):
    return plugin.build(plugin.Config())


def unit():
    return to_unit(tf.constant(IMAGES))


def keys(epoch=0):
    return tf.constant([[0, epoch, position] for position in range(len(IMAGES))], tf.int64)


def test_options_and_terms_are_declared(plugin, objective):
    assert issubclass(plugin.Config, ObjectiveConfig)
    assert plugin.Config.__dataclass_params__.frozen
    assert isinstance(objective, Objective)
    for field in dataclasses.fields(plugin.Config):
        assert field.metadata["help"], field.name
    assert objective.terms
    columns = {field.name for field in dataclasses.fields(Row)} - {names.MSE_PER_PIXEL}
    assert not columns & set(objective.terms), "a term has a column of its own"
    said = objectives.in_words(objective)
    for name, term in objective.terms.items():
        assert f"{term.weight:g} x {names.title(name)} ({term.unit})" in said
        assert name.isidentifier()
        assert term.unit
        assert term.weight > 0


def test_views_are_images(objective):
    views = objective.views(unit(), keys())
    for view in views:
        assert view.shape == IMAGES.shape
        assert view.dtype == tf.float32
        assert np.isfinite(view).all()


def test_the_values_are_the_declared_ones_and_move_the_weights(plugin, objective):
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        layer = plugin.Config().bottleneck(None)
        autoencoder = build_autoencoder("pooled", config, (8, 8, 1), bottleneck=layer)
    whole = autoencoder.model
    network = keras.Model(whole.input, (autoencoder.encoder.output, whole.output))
    images = unit()
    views = objective.views(images, keys())
    with tf.GradientTape(persistent=True) as tape:
        seen = [Seen(view, *network(view, training=True), autoencoder.bottleneck) for view in views]
        values = objective.values(images, seen)
    assert set(values) == set(objective.terms)
    for name, value in values.items():
        assert value.shape == ()
        assert value.dtype == tf.float32
        assert np.isfinite(value)
        gradients = tape.gradient(value, whole.trainable_weights)
        assert any(gradient is not None and np.any(gradient) for gradient in gradients), name


def test_one_image_gives_numbers_too(plugin, objective):
    """The last batch of an epoch is as small as it comes."""
    image, key = unit()[:1], keys()[:1]
    code, layer = tf.ones((1, 3)), plugin.Config().bottleneck(None)
    if layer:
        layer(code)
    seen = [Seen(view, code, view, layer) for view in objective.views(image, key)]
    for value in objective.values(image, seen).values():
        assert np.isfinite(value)


def shown(split, objective, batch_size, first_epoch=0):
    """Views of every image in epochs 0 and 1, by epoch and position."""

    def make(images, keys):
        return objective.views(images, keys), keys

    found = {}
    for views, given in split.training_batches(batch_size, 7, first_epoch, 2, make):
        for (_, epoch, position), *seen in zip(
            given.numpy(), *(v.numpy() for v in views), strict=True
        ):
            found[int(epoch), int(position)] = [view.tobytes() for view in seen]
    return found


def test_an_image_is_shown_by_its_key_alone(objective):
    """However images are stored, batched, and from which epoch on they are asked for."""
    keras.utils.set_random_seed(1)
    memory = MemorySplit(IMAGES)
    expected = shown(memory, objective, 5)
    assert len(expected) == 2 * len(IMAGES)
    records = tf.data.Dataset.from_tensor_slices(IMAGES)
    streamed = StreamedSplit(records, lambda images: images, len(IMAGES), (8, 8, 1), None, None, 7)
    keras.utils.set_random_seed(2)
    assert shown(streamed, objective, 5) == expected
    assert shown(memory, objective, 23) == expected
    later = {key: value for key, value in expected.items() if key[0] == 1}
    assert shown(memory, objective, 5, first_epoch=1) == later


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - PLAIN))
def test_what_is_random_differs_by_epoch_image_and_view(name):
    plugin = OBJECTIVES[name]
    same = MemorySplit(np.broadcast_to(IMAGES[:1], IMAGES.shape))
    found = shown(same, plugin.build(plugin.Config()), 5)
    pictures = {view for views in found.values() for view in views}
    whole = unit()[0].numpy().tobytes()
    assert len(pictures - {whole}) == sum(len(set(views) - {whole}) for views in found.values())
    assert len(pictures - {whole}) >= len(found)


def test_the_objectives_that_are_promised():
    promised = {
        "reconstruction", "denoising", "moved", "invariance", "sparse", "contractive",
        "variational", "k_sparse", "winner_take_all",
    }  # fmt: skip
    assert promised <= set(OBJECTIVES)
