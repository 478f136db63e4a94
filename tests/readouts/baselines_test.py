"""What a code is compared with."""

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA

from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional
from kerasae.readouts import baselines
from kerasae.readouts.heads import ridge
from kerasae.run_config import TrainingConfig

FAMILY = "all_convolutional"
CONFIG = all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3), strides=(1, 2))
TRAINING = TrainingConfig(epochs=15, batch_size=50, learning_rate=0.01, seed=3)


@pytest.fixture(scope="module")
def data():
    config = DataConfig(image_size=(8,), max_examples=400)
    return pipeline.load(pipeline.open_source(config), config, seed=0)


@pytest.fixture(scope="module")
def found(data):
    """Train and test features by name."""
    made = baselines.features(data, FAMILY, CONFIG, TRAINING)
    return {name: (train, test) for name, train, test in made}


def flat(split):
    return split.images.numpy().reshape(split.num_images, -1) / np.float32(255)


def accuracy(data, codes):
    readout = ridge.fit(ridge.Config(), codes[0], data.train.labels, 10, 0)
    return np.mean(readout.predict(codes[1]) == data.test.labels)


def test_four_of_one_kind(found):
    assert list(found) == ["pixels", "pca", "untrained", "supervised"]
    widths = {name: train.shape[1] for name, (train, _) in found.items()}
    assert widths == {"pixels": 64, "pca": 8, "untrained": 8, "supervised": 8}
    for train, test in found.values():
        assert (len(train), len(test)) == (400, 360)
        assert train.dtype == test.dtype == np.float32


def test_pixels_are_pixels(data, found):
    np.testing.assert_allclose(found["pixels"][0], flat(data.train), atol=1e-7)
    np.testing.assert_allclose(found["pixels"][1], flat(data.test), atol=1e-7)


def test_pca_is_that_of_the_train_pixels(data, found):
    pca = PCA(8, svd_solver="full").fit(flat(data.train))
    for codes, split in zip(found["pca"], (data.train, data.test), strict=True):
        # A component's sign is free.
        np.testing.assert_allclose(abs(codes), abs(pca.transform(flat(split))), atol=1e-3)


def test_untrained_is_the_encoder_as_the_run_began(data, found):
    keras.utils.set_random_seed(TRAINING.seed)
    fresh = build_autoencoder(FAMILY, CONFIG, data.image_shape)
    expected = fresh.encoder(flat(data.test).reshape(-1, 8, 8, 1))
    np.testing.assert_allclose(found["untrained"][1], expected, atol=1e-5)


@pytest.mark.filterwarnings("error")
def test_a_tied_encoder_is_trained_without_a_warning(data):
    """Its layers' second biases have no gradient, which is as it should be."""
    assert CONFIG.tied
    training = TrainingConfig(epochs=1)
    assert list(baselines.features(data, FAMILY, CONFIG, training))


def test_labels_make_the_code_better(data, found):
    assert accuracy(data, found["supervised"]) > accuracy(data, found["untrained"]) + 0.05


def test_fine_tuning_goes_on_from_the_trained_weights_and_leaves_them(data, found):
    keras.utils.set_random_seed(1)
    encoder = build_autoencoder(FAMILY, CONFIG, data.image_shape).encoder
    before = encoder.get_weights()
    name, train, test = baselines.fine_tuned(encoder, data, TRAINING)
    assert name == "fine_tuned"
    assert (train.shape, test.shape) == ((400, 8), (360, 8))
    for old, new in zip(before, encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert accuracy(data, (train, test)) > accuracy(data, found["untrained"]) + 0.05
    assert not np.allclose(test, found["supervised"][1]), "other weights at the start"


def test_a_code_wider_than_the_data_allows(data):
    """No more components than there are images."""
    few = DataConfig(image_size=(8,), max_examples=5)
    data = pipeline.load(pipeline.open_source(few), few, seed=0)
    training = TrainingConfig(epochs=1)
    made = {name: train for name, train, _ in baselines.features(data, FAMILY, CONFIG, training)}
    assert made["pca"].shape == (5, 5)
