"""Ridge regression onto class indicators, in closed form: no optimiser, no randomness.

One-against-all targets of -1 and 1 on standardised codes, the penalty chosen
by leave-one-out error, as scikit-learn's `RidgeClassifierCV` does.
Golub, Heath, Wahba, "Generalized cross-validation as a method for choosing a good ridge
parameter" (Technometrics 1979).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from kerasae.bounds import Bounds
from kerasae.config import option, require
from kerasae.options import check_options
from kerasae.readouts.readout import KerasReadout, load_keras

if TYPE_CHECKING:
    import numpy as np

load = load_keras
SUFFIX = ".keras"
EXPORTABLE = True
# What an exported classifier gives.
SCORES = "fitted to 1 for the image's class and -1 for others: no logits"


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
    from sklearn.preprocessing import LabelBinarizer, StandardScaler

    from kerasae.readouts import linear_scores

    # In float64, which the leave-one-out errors of nearly dependent features need.
    standardised = StandardScaler().fit_transform(codes.astype(np.float64))
    targets = LabelBinarizer(neg_label=-1).fit_transform(labels).astype(np.float64)
    penalty, weights = _best(standardised, targets - targets.mean(axis=0), config.penalties)
    model = linear_scores.model(
        "ridge", codes, labels, num_classes, weights.T, targets.mean(axis=0)
    )
    return KerasReadout(model, {**dataclasses.asdict(config), "penalty": penalty})


def _best(
    codes: np.ndarray, targets: np.ndarray, penalties: tuple[float, ...]
) -> tuple[float, np.ndarray]:
    """The penalty with the least leave-one-out error, and its weights, `(features, targets)`.

    As scikit-learn's `RidgeClassifierCV`, which multiplies by all codes anew for each penalty;
    along the principal axes a penalty is one division.

    Args:
        codes: float64 `(n, features)` of mean 0.
        targets: float64 `(n, targets)` of mean 0.
        penalties: Those to choose from; of equals the first one counts.
    """
    import numpy as np

    if len(codes) > codes.shape[1]:
        squares, axes = np.linalg.eigh(codes.T @ codes)  # (features,), (features, features)
        scores = codes @ axes  # (n, features)
    else:
        left, singular, axes = np.linalg.svd(codes, full_matrices=False)
        squares, axes, scores = singular**2, axes.T, left * singular
    projected = scores.T @ targets  # (features, targets)
    shrinking = 1 / (squares[:, None] + np.array(penalties))  # (features, penalties)
    # How much an image decides its own prediction; the mean of all takes part in it, too.
    leverages = np.square(scores) @ shrinking + 1 / len(codes)  # (n, penalties)

    def error(number: int) -> float:
        fitted = scores @ (shrinking[:, number, None] * projected)
        return float(np.mean(((targets - fitted) / (1 - leverages[:, number, None])) ** 2))

    best = min(range(len(penalties)), key=error)
    return penalties[best], axes @ (shrinking[:, best, None] * projected)
