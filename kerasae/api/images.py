"""Images as Python gives them: uint8, or float in [0, 1]; anything else is refused."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasae.arrays import described
from kerasae.config import ConfigError, require
from kerasae.data.array_source import CHANNELS, ArraySource
from kerasae.data.sources import arrays

BLOCK = 4096
# Digits of the content in the name of arrays that have none.
DIGITS = 12
RULE = (
    "images must be an array (n, height, width) or (n, height, width, channels) of 1 or 3 "
    "channels, of uint8 or of floating-point numbers in [0, 1]."
)


def dataset(
    images: Any,
    labels: Any = None,
    *,
    test_images: Any = None,
    test_labels: Any = None,
    class_names: Sequence[str] | None = None,
    name: str | None = None,
) -> ArraySource:
    """Images in arrays as a dataset, to be given in place of a dataset's name.

    uint8 arrays are not copied and must stay as they are while they are used; of floating-point
    ones an 8-bit copy is made, as kerasae keeps all images in 8 bits.

    Args:
        images: uint8, or floating-point in [0, 1]; `(n, height, width)` or
            `(n, height, width, channels)` of 1 or 3 channels.
        labels: Whole numbers `(n,)`, -1 for an image without one; None for none.
        test_images: Images to test on; where None, a tenth of `images` is held out, of every
            class alike, the same images always.
        test_labels: Their labels.
        class_names: Names of the classes 0, 1, 2, …; where None, the classes are the different
            labels, ascending, each named as its number.
        name: What it is called in records and figures, after `arrays:`; where None, by its
            content. Two datasets are the same where their content is, whatever they are called.

    Raises:
        ConfigError: for arrays of another type, range or shape.
    """
    whole = eight_bit("images", images)
    tested = None if test_images is None else eight_bit("test_images", test_images)
    numbers = [None if one is None else np.asarray(one) for one in (labels, test_labels)]
    require(
        name is None or (isinstance(name, str) and bool(name.strip())),
        "name must be a text.",
        name=name,
    )
    made = (whole, numbers[0], class_names, tested, numbers[1])
    source = ArraySource(arrays.name_of(name or "images"), *made)
    return source if name else source.named(arrays.name_of(source.spec.content[:DIGITS]))


def eight_bit(what: str, images: Any) -> np.ndarray:
    """Images as uint8, themselves where they are.

    Args:
        what: Name of the argument.
        images: uint8, or floating-point in [0, 1].

    Raises:
        ConfigError: with what was received.
    """
    images = _checked(what, images)
    if images.dtype == np.uint8:
        return images
    whole = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), BLOCK):
        whole[start : start + BLOCK] = np.rint(images[start : start + BLOCK] * 255.0)
    return whole


def unit(images: Any, image_shape: tuple[int | None, ...]) -> np.ndarray:
    """Images for an encoder: `(n, height, width, channels)`, uint8 or floating-point in [0, 1].

    Args:
        images: A batch of them.
        image_shape: `(height, width, channels)` of those that it takes, None for any.

    Raises:
        ConfigError: for others, with what was received.
    """
    images = _checked("images", images)
    images = images[..., np.newaxis] if images.ndim == 3 else images
    wanted = tuple(image_shape)
    fits = all(size in (None, found) for size, found in zip(wanted, images.shape[1:], strict=True))
    shown = "x".join("any" if size is None else str(size) for size in wanted)
    require(
        fits, f"The encoder takes images of {shown} (height, width, channels).",
        images=described(images),
    )  # fmt: skip
    return images


def _checked(what: str, images: Any) -> np.ndarray:
    """An array of images; raises ConfigError for others."""
    try:
        images = np.asarray(images)
    except ValueError:  # Of several sizes.
        raise ConfigError(f"{RULE.replace('images', what, 1)} Received: no array.") from None
    floating = np.issubdtype(images.dtype, np.floating)
    fits = images.ndim == 3 or (images.ndim == 4 and images.shape[3] in CHANNELS)
    fits = fits and images.size > 0 and (floating or images.dtype == np.uint8)
    received = described(images)
    if fits and floating:
        low, high = _range(images)
        fits = low >= 0 and high <= 1
        received += f" with values from {low:g} to {high:g}"
    require(fits, RULE.replace("images", what, 1), **{what: received})
    return images


def _range(images: np.ndarray) -> tuple[float, float]:
    """Least and greatest value; NaN where one is."""
    blocks = [images[start : start + BLOCK] for start in range(0, len(images), BLOCK)]
    lows, highs = zip(*((block.min(), block.max()) for block in blocks), strict=True)
    return float(np.min(lows)), float(np.max(highs))
