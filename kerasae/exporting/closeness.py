"""How far an exported function is from the Keras model."""

import numpy as np

from kerasae.config import RunError
from kerasae.exporting.call import Call


def difference(got: np.ndarray, wanted: np.ndarray) -> float:
    """Largest difference relative to the wanted values' largest absolute value.

    Infinite where shapes differ, where `got` holds a NaN, or where it should be
    all zeros and isn't.
    """
    if got.shape != wanted.shape:
        return float("inf")
    largest = float(np.max(np.abs(wanted), initial=0))
    apart = float(np.max(np.abs(got.astype(np.float64) - wanted), initial=0))
    if apart == 0:
        return 0.0
    return apart / largest if largest and np.isfinite(apart) else float("inf")


def require_close(call: Call, got: np.ndarray, wanted: np.ndarray) -> float:
    """The difference, where it is allowed.

    Raises:
        RunError: where it is larger than the call's tolerance.
    """
    found = difference(got, wanted)
    if not found <= call.tolerance:
        raise RunError(
            f"The {call.title} differs from the Keras model by {found:.2g} of its largest output; "
            f"allowed is {call.tolerance:g}."
        )
    return found
