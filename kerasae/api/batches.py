"""A function of a model applied to arrays of any length."""

from collections.abc import Callable
from typing import Any

import numpy as np

BATCH = 500


def in_batches(function: Callable[[np.ndarray], Any], rows: np.ndarray) -> np.ndarray:
    """What a function makes of rows, float32, computed some hundred at a time.

    Args:
        function: From `(batch, …)` to an array or tensor `(batch, …)`.
        rows: `(n, …)`, at least one.
    """
    parts = [
        np.asarray(function(np.ascontiguousarray(rows[start : start + BATCH])))
        for start in range(0, len(rows), BATCH)
    ]
    return np.concatenate(parts).astype(np.float32, copy=False)
