"""One softmax layer on standardised codes: the perceptron, or linear probe.

As in the report "Cognition Computation", section 3; the same model as
multinomial logistic regression, and fitted as that: to its one optimum, so
that neither a seed nor a learning rate decides the accuracy.
"""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.options import check_options
from kerasae.readouts.readout import KerasReadout, load_keras

if TYPE_CHECKING:
    import numpy as np

load = load_keras
SUFFIX = ".keras"
EXPORTABLE = True
# What an exported classifier gives.
SCORES = "logits: a softmax makes probabilities of them"


@dataclasses.dataclass(frozen=True)
class Config:
    """What is minimised, and for how long.

    Attributes:
        penalty: Weight of the squared weights beside the summed cross-entropy: half
            of this. 1 is scikit-learn's default, 1 / C; it matters to hundreds
            of codes and not to tens of thousands.
        iterations: Of L-BFGS, at most. A code of 49 numbers takes 80 to
            300; raw pixels would go on for many more, to no better accuracy.
    """

    penalty: float = option(
        1.0,
        "weight of the squared weights beside the summed cross-entropy, halved",
        bounds=Bounds(1e-12, 1e12),
    )
    iterations: int = option(300, "iterations of L-BFGS, at most", bounds=Bounds(1, 10**6))

    def __post_init__(self):
        check_options(self, "linear.")


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Minimises the cross-entropy; `seed` makes no difference."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    from kerasae.readouts import linear_scores

    regression = LogisticRegression(C=1 / config.penalty, max_iter=config.iterations)
    # Threads wait for each other at every one of its small products: one is many times faster.
    with threadpool_limits(1, user_api="blas"), warnings.catch_warnings():
        # The settings record where the iterations end first.
        warnings.simplefilter("ignore", ConvergenceWarning)
        regression.fit(linear_scores.standardised(codes), labels)
    model = linear_scores.model(
        "linear", codes, labels, num_classes, regression.coef_, regression.intercept_
    )
    run = int(regression.n_iter_[0])
    return KerasReadout(model, {**dataclasses.asdict(config), "iterations_run": run})
