"""A few images of each class of a dataset, one class below the other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import style
from kerasae.figures.mosaic import mosaic

COLUMNS = 12
TILE = 0.62  # inches
NAMES = 1.7  # inches, for the names of classes
GAP = 1 / 14  # between images, of their side


def draw(rows: Sequence[tuple[str, Sequence[np.ndarray]]], title: str, note: str) -> Figure:
    """Draws rows of images, each as large as its pixels are many.

    Args:
        rows: Names with images, uint8 `(height, width, 1 or 3)`, of any size; more than fit
            in a row go on below.
        title: What they are.
        note: What to say below them.
    """
    lines = [
        (name if start == 0 else "", images[start : start + COLUMNS])
        for name, images in rows
        for start in range(0, len(images), COLUMNS)
    ]
    side = max(max(image.shape[:2]) for _, images in lines for image in images)
    gap = max(1, round(side * GAP))
    tiles = np.ones((len(lines) * COLUMNS, side, side, 3))
    for number, (_, images) in enumerate(lines):
        for column, image in enumerate(images):
            _paste(tiles[number * COLUMNS + column], image)
    whole, corners = mosaic(tiles, COLUMNS, (gap, gap))

    figure = style.figure(TILE * COLUMNS + NAMES, TILE * len(lines) + 0.8)
    axes = figure.add_subplot()
    axes.imshow(np.nan_to_num(whole, nan=1), interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks(
        corners[::COLUMNS, 0] + (side - 1) / 2,
        [style.name(name, letters=24) for name, _ in lines],
        fontsize=8,
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(style.name(title, style.TITLE_LETTERS), fontsize=9, loc="left")
    style.note(figure, style.name(note, letters=200))
    return figure


def _paste(tile: np.ndarray, image: np.ndarray) -> None:
    """Puts an image into the middle of a tile, as numbers in [0, 1]."""
    height, width = image.shape[:2]
    top, left = (len(tile) - height) // 2, (len(tile) - width) // 2
    tile[top : top + height, left : left + width] = image / 255
