"""Difference between an exported function and the Keras model."""

import numpy as np

from kerasae.config import RunError
from kerasae.exporting.call import Call


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference relative to the largest absolute value that is expected.

    Infinite where shapes differ, where `found` holds a NaN, or where it should be
    all zeros and isn't.
    """
    if found.shape != expected.shape:
        return float("inf")
    largest = float(np.max(np.abs(expected), initial=0))
    apart = float(np.max(np.abs(found.astype(np.float64) - expected), initial=0))
    if apart == 0:
        return 0.0
    return apart / largest if largest and np.isfinite(apart) else float("inf")


def require_close(call: Call, found: np.ndarray, expected: np.ndarray) -> float:
    """Returns the difference, where it is allowed.

    Raises:
        RunError: where it is larger than the call's tolerance.
    """
    apart = difference(found, expected)
    if not apart <= call.tolerance:
        raise RunError(
            f"The {call.title} differs from the Keras model by {apart:.2g} of its largest output; "
            f"allowed is {call.tolerance:g}."
        )
    return apart
