"""Real numbers of outputs that a file stores in 8 bits."""

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
