"""Real numbers and those that a file stores in 8 bits."""

from typing import Any

import numpy as np


def dequantised(values: np.ndarray, output: dict[str, Any]) -> np.ndarray:
    """Returns real numbers of an output as stored.

    Args:
        values: Integers, or floats, which are returned as they are.
        output: Details of the output; where it is quantised, `scale` and
            `zero_point`: real = scale * (stored - zero_point).

    Returns:
        float32, of the same shape.
    """
    if "scale" not in output:
        return values
    return (values.astype(np.float32) - output["zero_point"]) * np.float32(output["scale"])


def quantised(values: np.ndarray, given: dict[str, Any]) -> np.ndarray:
    """Returns real numbers as an 8-bit input stores them: stored = real / scale + zero_point.

    Args:
        values: Real numbers.
        given: Details of the input: `dtype`, `scale` and `zero_point`.
    """
    limits = np.iinfo(given["dtype"])
    stored = np.rint(values / given["scale"]) + given["zero_point"]
    return np.clip(stored, limits.min, limits.max).astype(given["dtype"])
