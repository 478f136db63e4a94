"""The median rule: a trial that is worse than the median of those before is not trained on.

D. Golovin et al., "Google Vizier: A Service for Black-Box Optimization" (KDD
2017), section 3.2.2: a trial is stopped where its best value so far is worse
than the median of the completed trials' running averages up to the same epoch.
Added here is a warm-up, in epochs and in trials.
"""

import math
import statistics
from collections.abc import Sequence

# A median of fewer curves says little.
MIN_TRIALS = 5
# Learning rates that rise or start high look bad in their first epochs.
MIN_EPOCHS = 2
WARM_UP_SHARE = 1 / 4


def warm_up(epochs: int) -> int:
    """The first epoch after which a trial may be stopped."""
    return max(MIN_EPOCHS, math.ceil(epochs * WARM_UP_SHARE))


def should_prune(
    errors: Sequence[float], finished: Sequence[Sequence[float]], epochs: int
) -> str | None:
    """The reason why a trial should be stopped; None where it should go on.

    Args:
        errors: Its validation error after each epoch so far.
        finished: The same of every completed trial.
        epochs: Epochs of a full training.
    """
    done = len(errors)
    if done < warm_up(epochs) or len(finished) < MIN_TRIALS:
        return None
    middle = statistics.median(statistics.fmean(curve[:done]) for curve in finished)
    best = min(errors)
    if best <= middle:
        return None
    return (
        f"after epoch {done} its best error {best:.6f} is above {middle:.6f}, the median "
        f"over {len(finished)} completed trials"
    )
