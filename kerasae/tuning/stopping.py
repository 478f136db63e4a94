"""The median rule: a trial that is worse than the median of those before is not trained on.

D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization" (KDD
2017), section 3.2.2: a trial is stopped where its best value so far is worse
than the median of the completed trials' running averages up to the same epoch.
Added here is a warm-up, in epochs and in trials.
"""

import array
import collections
import math
import statistics
from collections.abc import Sequence

import numpy as np

# A median of fewer curves says little.
MIN_TRIALS = 5
# Learning rates that rise or start high look bad in their first epochs.
MIN_EPOCHS = 2
WARM_UP_SHARE = 1 / 4


def warm_up(epochs: int) -> int:
    """The first epoch after which a trial may be stopped."""
    return max(MIN_EPOCHS, math.ceil(epochs * WARM_UP_SHARE))


class MedianRule:
    """The rule over the trials that are completed so far.

    Each running average is computed once, so that asking about a trial takes
    hardly longer after ten thousand others.
    """

    def __init__(self):
        self._curves: list[Sequence[float]] = []
        # Running averages up to an epoch, float64, by that epoch and in the order of the trials.
        self._averages: collections.defaultdict[int, array.array] = collections.defaultdict(
            lambda: array.array("d")
        )

    @property
    def completed(self) -> int:
        """How many trials it knows."""
        return len(self._curves)

    def add(self, errors: Sequence[float]) -> None:
        """Takes a completed trial's validation error after each epoch."""
        self._curves.append(errors)

    def should_prune(
        self, errors: Sequence[float], epochs: int, known: int | None = None
    ) -> str | None:
        """The reason why a trial should be stopped; None where it should go on.

        Args:
            errors: Its validation error after each epoch so far.
            epochs: Epochs of a full training.
            known: How many completed trials count, from the first; all where not given.
        """
        done, known = len(errors), self.completed if known is None else known
        if done < warm_up(epochs) or known < MIN_TRIALS:
            return None
        averages = self._averages[done]
        averages.extend(statistics.fmean(curve[:done]) for curve in self._curves[len(averages) :])
        middle, best = float(np.median(np.array(averages)[:known])), min(errors)
        if best <= middle:
            return None
        return (
            f"after epoch {done} its best error {best:.6f} is above {middle:.6f}, the median "
            f"over {known} completed trials"
        )
