"""The class whose mean code is nearest, on standardised codes."""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.options import check_options
from kerasae.readouts.readout import KerasReadout, load_keras

load = load_keras
SUFFIX = ".keras"
EXPORTABLE = True


@dataclasses.dataclass(frozen=True)
class Config:
    """How far the means are drawn to the mean of all."""

    shrink: float = option(
        0.0, "share of the way from a class's mean to the mean of all", bounds=Bounds(0, 1)
    )

    def __post_init__(self):
        check_options(self, "nearest_mean.")


def fit(config, codes, labels, num_classes, seed) -> KerasReadout:
    """Takes the means; `seed` makes no difference."""
    import numpy as np

    from kerasae.readouts import linear_scores

    standardised = linear_scores.standardised(codes)  # (n, features), of mean 0
    means = np.stack([standardised[labels == one].mean(axis=0) for one in np.unique(labels)])
    means *= 1 - config.shrink
    # Of |x - m|^2 only -2 x.m + |m|^2 differs between classes.
    coefficients, intercepts = means, -0.5 * (means**2).sum(axis=1)
    if len(means) == 2:  # scikit-learn's form: one score, for the second class
        coefficients, intercepts = np.diff(means, axis=0), np.diff(intercepts)
    model = linear_scores.model(
        "nearest_mean", codes, labels, num_classes, coefficients, intercepts
    )
    return KerasReadout(model, dataclasses.asdict(config))
