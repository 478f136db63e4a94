"""What tells a stored measure apart from one of something else."""

from types import SimpleNamespace

import keras
import pytest

from kerasae.evaluation import identity, subject
from kerasae.evaluation.subject import Heads
from kerasae.readouts import gradient_fit
from kerasae.readouts.heads import linear
from kerasae.readouts.readout import KerasReadout

DATA = SimpleNamespace(spec=SimpleNamespace(content="images"))


def network(*layers):
    return keras.Sequential([keras.Input((3,)), *layers])


@pytest.fixture(scope="module")
def key():
    """The fingerprint of a measure that looks at these heads."""
    opened = SimpleNamespace(autoencoder=SimpleNamespace(model=network(keras.layers.Dense(2))))
    head = KerasReadout(network(keras.layers.Dense(2)), {})

    def fingerprint(*, heads=True):
        usable = {"linear": head} if heads else {}
        return identity.fingerprint(opened, DATA, Heads(usable, ()), None, {"seed": 0})

    return fingerprint


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setitem(subject.PIXEL_TRAINING, "weight_decay", 0.1),
        lambda patch: patch.setitem(gradient_fit.SCHEDULE, "warmup_fraction", 0.1),
        lambda patch: patch.setattr(subject, "PCA_READOUT", linear.Config(penalty=2.0)),
    ],
)
def test_baselines_that_are_fitted_otherwise_make_another_measure(key, monkeypatch, change):
    with_heads, without = key(), key(heads=False)
    assert key() == with_heads
    change(monkeypatch)
    assert key() != with_heads
    assert key(heads=False) == without, "it has no baselines"
