import keras
import numpy as np
import pytest

from kerasae.readouts import gradient_fit

TRAINING = {"batch_size": 50, "learning_rate": 0.01, "weight_decay": 0.0}


def head(classes=3):
    keras.utils.set_random_seed(0)
    code = keras.Input((4,))
    return keras.Model(code, keras.layers.Dense(classes)(code))


def drawn(number, classes=3):
    """Codes of classes that lie apart, and their labels."""
    draw = np.random.default_rng(0)
    labels = np.arange(number) % classes
    return draw.normal(np.eye(4)[labels] * 4, 1, (number, 4)).astype(np.float32), labels


@pytest.mark.parametrize(
    ("number", "epochs"),
    [(5_000, 6), (1_000, 20), (30, 40), (3, 134)],
    ids=["as asked", "as many steps", "small batches", "one at a time"],
)
def test_few_codes_are_shown_more_often(number, epochs):
    """400 steps in all, and 10 in an epoch, are the least."""
    model = head()
    assert gradient_fit.fit(model, *drawn(number), epochs=6, **TRAINING) == epochs
    assert model.optimizer.iterations.numpy() >= 400


def test_the_rate_ends_at_nothing():
    model = head()
    gradient_fit.fit(model, *drawn(300), epochs=4, **TRAINING)
    assert float(model.optimizer.learning_rate) < 1e-6


def test_weights_decay():
    codes, labels = drawn(300)
    norms = []
    for decay in (0.0, 0.9):
        model = head()
        gradient_fit.fit(model, codes, labels, epochs=40, **TRAINING | {"weight_decay": decay})
        norms.append(np.linalg.norm(model.layers[-1].kernel))
    assert norms[1] < 0.8 * norms[0]


def test_a_class_without_an_example_never_wins():
    model = head(classes=4)
    codes, labels = drawn(300)
    gradient_fit.fit(model, codes, labels, epochs=4, **TRAINING)
    answers = model.predict(codes, verbose=0).argmax(axis=1)
    assert np.mean(answers == labels) > 0.9
    assert 3 not in model.predict(codes * 1000, verbose=0).argmax(axis=1)
