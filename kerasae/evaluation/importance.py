"""How much of a result's variance goes through each of the settings that led to it."""

import dataclasses

import numpy as np

MIN_TRIALS = 20  # of fewer, a third held out tells next to nothing
SPLITS = 20
HELD_OUT = 1 / 3
# More trees and shuffles take longer and leave the spread, which is that of the splits, as it is.
TREES = 64
SHUFFLES = 4


@dataclasses.dataclass(frozen=True)
class Importance:
    """Shares of the variance, a number for each setting.

    Attributes:
        mean: `(d,)`, means over the splits; about 0 for a setting that does
            nothing, and below it by chance.
        std: `(d,)`, standard deviations over the splits.
        held_out_r2: Share of the variance of held-out results that the forest
            explains, with all settings as they were; median over the splits,
            below 0 where it tells worse than their mean.
    """

    mean: np.ndarray
    std: np.ndarray
    held_out_r2: float


def measure(settings: np.ndarray, results: np.ndarray, seed: int) -> Importance:
    """Importance of settings by a random forest and shuffled columns.

    That a forest fitted to finished trials tells which settings matter is Hutter,
    Hoos and Leyton-Brown's (2014, "An Efficient Approach for Assessing Hyperparameter
    Importance", functional ANOVA). Here the shares come from shuffling a column
    (Breiman 2001) instead of integrating over the trees: it is measured on trials
    that the forest has not seen, so a setting that it learned by heart counts for
    nothing, and it needs no assumption that a tuner drew its trials evenly over the
    whole space. Shuffling a column raises the squared error by twice the variance
    that goes through it, alone and together with others (Gregorutti, Michel and
    Saint-Pierre 2017); halved and divided by the variance of the held-out results, it is
    comparable to the total share of functional ANOVA.

    Args:
        settings: float `(n, d)`; choices as whole numbers. Without NaN.
        results: float `(n,)`.
        seed: Of the splits, the forests and the shuffling.

    Raises:
        ValueError: for fewer than `MIN_TRIALS` results, or where they hardly differ.
    """
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import ShuffleSplit

    if len(results) < MIN_TRIALS:
        raise ValueError(
            f"at least {MIN_TRIALS} completed trials are needed; there are {len(results)}"
        )
    shares, explained = [], []
    splits = ShuffleSplit(SPLITS, test_size=HELD_OUT, random_state=seed)
    for number, (fitted, held_out) in enumerate(splits.split(settings)):
        variance = results[held_out].var()
        if variance == 0:
            continue  # nothing to tell apart in this split
        forest = RandomForestRegressor(TREES, min_samples_leaf=2, random_state=seed + number)
        forest.fit(settings[fitted], results[fitted])
        lost = permutation_importance(
            forest, settings[held_out], results[held_out], scoring="neg_mean_squared_error",
            n_repeats=SHUFFLES, random_state=seed + number,
        ).importances_mean  # fmt: skip
        shares.append(lost / (2 * variance))
        error = np.mean((forest.predict(settings[held_out]) - results[held_out]) ** 2)
        explained.append(1 - error / variance)
    if len(shares) < 2:
        raise ValueError("hardly any two trials reached something different")
    return Importance(
        mean=np.mean(shares, axis=0),
        std=np.std(shares, axis=0, ddof=1),
        held_out_r2=float(np.median(explained)),
    )
