"""A psychometric function: accuracy that falls from its clean value to chance as a level rises.

`accuracy(x) = chance + (clean - chance) / (1 + (x / threshold) ** slope)`

A falling logistic of the level's logarithm, one of the usual forms (Wichmann
and Hill, "The psychometric function: I", Perception & Psychophysics 2001). Of
the logarithm, since then the curve starts exactly at the accuracy without any
corruption, which is known; a logistic of the level itself needs a plateau that
lies far above 1 before it fits. Guess and lapse rates are no parameters: the
one is chance, the other what the clean images get wrong. Fitted by least
squares instead of likelihood: with thousands of images a point, what is left
over is the curve's shape, not luck.
"""

import dataclasses

import numpy as np
from scipy.optimize import curve_fit

# A threshold beyond so many times the highest level is a guess, not a measurement.
MAX_REACH = 2
# Of accuracy, above chance: with less there is nothing that could fall.
MIN_SPAN = 0.05
# Of the way from clean accuracy to chance, at the worst level: with less, the curve is a guess.
MIN_FALL = 0.2
MAX_SLOPE = 50


@dataclasses.dataclass(frozen=True)
class Psychometric:
    """A fitted curve.

    Attributes:
        threshold: Level at which the curve is half-way between clean accuracy
            and chance, in the units of the level; NaN where it isn't known:
            no convergence, hardly any fall, or a fall far beyond the levels.
        slope: Steepness, without a unit: at the threshold, accuracy falls by
            `(clean - chance) * slope / 4` while the level grows by a factor of
            e; NaN as above.
        clean: Accuracy at level 0.
        chance: Accuracy that it falls to.
        residual: Root mean square of curve minus points; NaN as above.
    """

    threshold: float
    slope: float
    clean: float
    chance: float
    residual: float = np.nan

    def __call__(self, levels: np.ndarray) -> np.ndarray:
        """Accuracy at these levels."""
        span = self.clean - self.chance
        return self.chance + span / (1 + (np.asarray(levels, float) / self.threshold) ** self.slope)


def fit(levels: np.ndarray, accuracy: np.ndarray, chance: float) -> Psychometric:
    """Least-squares fit.

    Args:
        levels: Rising from 0, at least three, `(n,)`.
        accuracy: In [0, 1], `(n,)`.
        chance: Accuracy of guessing.
    """
    levels, accuracy = np.asarray(levels, float), np.asarray(accuracy, float)
    clean, highest = float(accuracy[0]), levels[-1]
    unknown = Psychometric(np.nan, np.nan, clean, chance)
    span = clean - chance
    if span < MIN_SPAN or clean - accuracy.min() < MIN_FALL * span:
        return unknown
    nearest = np.abs(accuracy[1:] - (clean + chance) / 2).argmin()

    def curve(x, threshold, slope):
        return Psychometric(threshold, slope, clean, chance)(x)

    bounds = ((1e-6 * highest, 0.1), (10 * highest, MAX_SLOPE))
    try:
        found, _ = curve_fit(curve, levels, accuracy, (levels[1:][nearest], 2), bounds=bounds)
    except RuntimeError:  # It does not converge.
        return unknown
    threshold, slope = map(float, found)
    if threshold > MAX_REACH * highest:
        return unknown
    residual = float(np.sqrt(np.mean((curve(levels, *found) - accuracy) ** 2)))
    return Psychometric(threshold, slope, clean, chance, residual)
