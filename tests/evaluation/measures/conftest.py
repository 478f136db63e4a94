"""A subject of real digits whose classifiers are known down to their weights."""

import dataclasses

import numpy as np
import pytest

COUNT, TEST = 240, 90


@pytest.fixture(scope="session")
def three_digits():
    """Train and test splits of 0s, 1s and 2s, 8x8; the dataset has a class without images too."""
    from sklearn.datasets import load_digits

    from kerasae.data.split import MemorySplit

    bunch = load_digits()
    chosen = np.flatnonzero(bunch.target < 3)[: COUNT + TEST]
    images = np.rint(bunch.images[chosen] * (255 / 16)).astype(np.uint8)[..., np.newaxis]
    labels = bunch.target[chosen].astype(np.int64)
    names = ("zero", "one", "two", "none of them")
    return (
        MemorySplit(images[:COUNT], labels[:COUNT], names),
        MemorySplit(images[COUNT:], labels[COUNT:], names),
    )


@pytest.fixture(scope="session")
def pixels_of():
    """A split's images as the models see them."""
    return lambda split: split.images.numpy() * np.float32(1 / 255)


@pytest.fixture(scope="session")
def regression(three_digits, pixels_of):
    """scikit-learn's softmax regression of the training pixels."""
    from sklearn.linear_model import LogisticRegression

    train = three_digits[0]
    return LogisticRegression(max_iter=1000).fit(pixels_of(train).reshape(COUNT, -1), train.labels)


@pytest.fixture(scope="session")
def subject(three_digits, regression):
    """With a softmax regression, and a classifier that always answers `one`."""
    import keras

    from kerasae import registry
    from kerasae.data.split import MemorySplit
    from kerasae.evaluation import pca
    from kerasae.evaluation.measure import Subject
    from kerasae.models.autoencoder import build_autoencoder

    def linear(kernel, bias):
        image = keras.Input((8, 8, 1))
        dense = keras.layers.Dense(len(bias))
        model = keras.Model(image, dense(keras.layers.Flatten()(image)))
        dense.set_weights([kernel, bias])
        return model

    keras.utils.set_random_seed(0)
    family = registry.load("kerasae.models.families", "pooled", "--model")
    config = family.Config(filters=(4, 3), dense_sizes=(10,), latent_dim=6)
    other = np.random.default_rng(5).integers(0, 256, (40, 8, 8, 1)).astype(np.uint8)
    train, test = three_digits
    return Subject(
        autoencoder=build_autoencoder("pooled", config, (8, 8, 1)),
        pca=pca.fit(train, 6),
        train=train,
        test=test,
        classifiers={
            "regression": linear(regression.coef_.T, regression.intercept_),
            "always one": linear(np.zeros((64, 3)), np.array([0.0, 1.0, 0.0])),
        },
        other=MemorySplit(np.maximum(other, 128)),
        seed=3,
        other_name="bright:1.0.0",
    )


@pytest.fixture(scope="session")
def unlabelled_subject(subject):
    from kerasae.data.split import MemorySplit

    return dataclasses.replace(
        subject,
        train=MemorySplit(subject.train.images.numpy()),
        test=MemorySplit(subject.test.images.numpy()),
        classifiers={},
        other=None,
    )
