"""Arrays of images in forms of scikit-learn's: rows of pixels, and values of any range."""

import math
from typing import Any

import numpy as np

from kerasae.arrays import described
from kerasae.config import require

FIT, ROW = "fit", "row"


def image_shape_of(X: np.ndarray, image_shape: Any) -> tuple[int, int, int]:  # noqa: N803
    """`(height, width, channels)` of the images in an array of two to four axes.

    Args:
        X: `(n, pixels)`, `(n, height, width)` or `(n, height, width, channels)`.
        image_shape: Of rows, with or without channels, or `ROW`; None for grey squares.

    Raises:
        ConfigError: where the array doesn't have it.
    """
    own = X.shape[1:]
    if X.ndim > 2:
        shape = own if X.ndim == 4 else (*own, 1)
        wanted = image_shape is None or _with_channels(image_shape) == shape
    elif image_shape == ROW:
        shape, wanted = (1, own[0], 1), True
    elif image_shape is None:
        side = math.isqrt(own[0])
        shape, wanted = (side, side, 1), side * side == own[0]
    else:
        shape = _with_channels(image_shape)
        wanted = math.prod(shape) == own[0]
    require(
        wanted,
        'image_shape must be the (height, width) or (height, width, channels) of X, or "row" '
        "for rows that are images of one line.",
        image_shape=image_shape,
        X=described(X),
    )
    return shape


def value_range_of(X: np.ndarray, value_range: Any) -> tuple[float, float] | None:  # noqa: N803
    """The values that are black and white; None where the array's type says it.

    Args:
        X: Numbers.
        value_range: `(low, high)`, `FIT` for the least and greatest of them, or None.

    Raises:
        ConfigError: for anything else.
    """
    if value_range is None:
        return None
    if isinstance(value_range, str) and value_range == FIT:
        low, high = float(X.min()), float(X.max())
        return low, high if high > low else low + 1.0
    fits = isinstance(value_range, (tuple, list)) and len(value_range) == 2
    require(
        fits and -math.inf < value_range[0] < value_range[1] < math.inf,
        'value_range must be (low, high), "fit" or None.',
        value_range=value_range,
    )
    return float(value_range[0]), float(value_range[1])


def scaled(
    X: np.ndarray,  # noqa: N803
    value_range: tuple[float, float] | None,
    cut_off: bool = False,
) -> np.ndarray:
    """Values with black as 0 and white as 1; without a range as they are.

    Raises:
        ConfigError: for values outside of the range, unless they are cut off.
    """
    if value_range is None:
        return X
    low, high = value_range
    if not cut_off:
        require(
            low <= X.min() and X.max() <= high,
            f"X must have values from {low:g} to {high:g}, its value_range.",
            X=f"{described(X)} with values from {X.min():g} to {X.max():g}",
        )
    return np.clip((X.astype(np.float64) - low) / (high - low), 0, 1)


def restored(images: np.ndarray, value_range: tuple[float, float] | None, axes: int) -> np.ndarray:
    """Images in [0, 1] as an array of so many axes, in the range that they had.

    Args:
        images: float32 `(n, height, width, channels)`.
        value_range: As of `scaled`.
        axes: 2 for rows of pixels, 3 for images without channels, 4 with them.
    """
    if value_range is not None:
        low, high = value_range
        images = (images * (high - low) + low).astype(np.float32)
    if axes == 2:
        return images.reshape(len(images), -1)
    return images[..., 0] if axes == 3 else images


def _with_channels(shape: Any) -> tuple[int, ...]:
    """A shape with channels."""
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    return (*shape, 1) if len(shape) == 2 else shape
