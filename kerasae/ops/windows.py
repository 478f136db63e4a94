"""Overlapping windows of an axis as a matrix of zeros and ones.

A product with it cuts the windows out, a product with its transpose adds them
up where they lie, and each is the gradient of the other. That is faster than
slices, which run in one thread.
"""

import numpy as np


def cuts(count: int, step: int, reach: int) -> np.ndarray:
    """1 where a place of the axis is a window's place.

    Args:
        count: Windows.
        step: Places from one window's begin to the next one's.
        reach: Places of a window.

    Returns:
        float32 `(size, count, reach)` with `size = (count - 1) * step + reach`;
        `[window * step + place, window, place]` is 1.

    Example:
        >>> cuts(2, 1, 2)[:, 1]
        array([[0., 0.],
               [1., 0.],
               [0., 1.]], dtype=float32)
    """
    places = np.arange(count)[:, None] * step + np.arange(reach)
    return np.eye((count - 1) * step + reach, dtype=np.float32)[:, places]
