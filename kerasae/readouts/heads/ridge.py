"""Ridge regression onto class indicators, in closed form: no optimiser, no randomness.

One-against-all targets of -1 and 1 on standardised codes, the penalty chosen
by leave-one-out error, as scikit-learn's `RidgeClassifierCV` does.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from kerasae.bounds import Bounds
from kerasae.config import check_options, option, require
from kerasae.readouts.readout import KerasReadout, load_keras

if TYPE_CHECKING:
    import numpy as np

load = load_keras
SUFFIX = ".keras"
EXPORTABLE = True


@dataclasses.dataclass(frozen=True)
class Config:
    """The penalties to choose from."""

    penalties: tuple[float, ...] = option(
        (0.01, 1.0, 100.0, 1_000.0, 10_000.0),
        "weights of the squared weights, to choose one from",
        bounds=Bounds(1e-12, 1e12),
    )

    def __post_init__(self):
        require(
            bool(self.penalties),
            "--ridge.penalties must be one or more numbers.",
            penalties=self.penalties,
        )
        check_options(self, "ridge.")


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Solves for the weights and puts them into a Keras model; `seed` makes no difference."""
    import numpy as np
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.preprocessing import StandardScaler

    from kerasae.readouts import linear_scores

    # In float64, which the leave-one-out errors of nearly dependent features need.
    standardised = StandardScaler().fit_transform(codes.astype(np.float64))
    ridge = RidgeClassifierCV(alphas=config.penalties).fit(standardised, labels)
    model = linear_scores.model("ridge", codes, labels, num_classes, ridge.coef_, ridge.intercept_)
    return KerasReadout(model, {**dataclasses.asdict(config), "penalty": float(ridge.alpha_)})
