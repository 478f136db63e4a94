"""Ways to spoil images, each at a level from 0 (none) on."""

from collections.abc import Callable

import numpy as np

Corruption = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def gaussian(images: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Adds Gaussian noise of standard deviation `level`; values leave [0, 1]."""
    return images + level * rng.standard_normal(images.shape, np.float32)


def gaussian_clipped(images: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """As `gaussian`, cut off at 0 and 1, as a camera or an image file would."""
    return gaussian(images, level, rng).clip(0, 1)


def salt_and_pepper(images: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Replaces a share `level` of the pixels by 0 or 1, as often the one as the other."""
    drawn = rng.random((*images.shape[:3], 1), np.float32)
    spoiled = np.where(drawn < level / 2, np.float32(0), images)
    return np.where(drawn > 1 - level / 2, np.float32(1), spoiled)


def occlusion(images: np.ndarray, level: float, rng: np.random.Generator) -> np.ndarray:
    """Puts a grey rectangle (0.5) over a share `level` of the area, at a random place.

    The rectangle has the image's proportions, rounded to whole pixels.
    """
    count, height, width, _ = images.shape
    h, w = round(height * level**0.5), round(width * level**0.5)
    tops = rng.integers(0, height - h + 1, count)
    lefts = rng.integers(0, width - w + 1, count)
    rows, columns = np.arange(height)[None, :, None], np.arange(width)[None, None, :]
    inside = (rows >= tops[:, None, None]) & (rows < tops[:, None, None] + h)
    inside = inside & (columns >= lefts[:, None, None]) & (columns < lefts[:, None, None] + w)
    return np.where(inside[..., None], np.float32(0.5), images)


CORRUPTIONS: dict[str, Corruption] = {
    "gaussian_unclipped": gaussian,
    "gaussian_clipped": gaussian_clipped,
    "salt_and_pepper": salt_and_pepper,
    "occlusion": occlusion,
}
