"""One look for every figure: readable in print and for colour-blind readers."""

import textwrap

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from kerasae import wording
from kerasae.figures.hover import HoverFigure
from kerasae.figures.mosaic import mosaic

# Okabe and Ito (2008): distinct with every common kind of colour blindness.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
# For curves in one panel, the most different first.
LINES = (BLUE, RED, GREEN, ORANGE, SKY, PURPLE, BLACK)
# Ten for classes: Paul Tol's "muted" scheme and black, each with a marker of its own.
CLASS_COLOURS = (
    "#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677",
    "#AA4499", "#44AA99", "#999933", "#882255", "#000000",
)  # fmt: skip
CLASS_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
# Below and above 0; blue and red are distinct for those who confuse red and green.
DIVERGING = "RdBu_r"
SMALL = 7  # points, the smallest text in any figure
NAME_LETTERS, TITLE_LETTERS = 32, 60  # of a name from the data, and of a title that holds one
LETTERS_PER_INCH = 17  # of a line of the smallest text
CLASS_LETTERS = 16  # of a class beside an axis
LINE_INCHES = 0.14  # that a line of the smallest text takes
DPI = 150


def figure(width: float, height: float) -> HoverFigure:
    """An empty figure, in inches; made without pyplot, so nothing is kept or shown."""
    return HoverFigure(figsize=(width, height), dpi=DPI, layout="constrained")


def name(text: object, letters: int = NAME_LETTERS) -> str:
    """A name from the data as a text of a figure: one line, of a long one the beginning."""
    line = wording.one_line(str(text))
    return line if len(line) <= letters else f"{line[: letters - 1]}…"


def note(figure: Figure, *lines: str) -> None:
    """Writes what is to be said of a figure below it, in lines no wider than it is."""
    figure.supxlabel(wrapped(figure, *lines), fontsize=SMALL)


def wrapped(figure: Figure, *lines: str, size: float = SMALL) -> str:
    """Lines of a text of so many points, broken where they are wider than a figure."""
    width = round(figure.get_figwidth() * LETTERS_PER_INCH * SMALL / size)
    return "\n".join(textwrap.fill(line, width) for line in lines if line)


def class_ticks(axis, classes, inches: float) -> None:
    """Names classes along an axis of so many inches; where they are many, every n-th."""
    step = -(-len(classes) // max(1, int(inches / LINE_INCHES)))
    names = [name(one, CLASS_LETTERS) for one in classes[::step]]
    axis.set_ticks(range(0, len(classes), step), names, fontsize=SMALL)


def tidy(axes) -> None:
    """Takes away the frame's upper and right side and adds a light grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def show_image(axes, image) -> None:
    """Draws one image, `(height, width, channels)` with values in [0, 1], without ticks."""
    axes.imshow(image.clip(0, 1).squeeze(-1) if image.shape[-1] == 1 else image.clip(0, 1),
                cmap="gray", vmin=0, vmax=1, interpolation="nearest")  # fmt: skip
    bare(axes)


def show_signed(axes, values, limit: float):
    """Draws numbers `(height, width)` in colours from `-limit` to `limit`, without ticks."""
    drawn = axes.imshow(
        values, cmap=DIVERGING, vmin=-limit, vmax=limit, interpolation="nearest", aspect="equal"
    )
    bare(axes)
    return drawn


def as_colours(values: np.ndarray, limit: float) -> np.ndarray:
    """Numbers `(…, 3)` of red, green and blue as colours; from `-limit` to `limit`, 0 is grey."""
    return (values / (2 * limit) + 0.5).clip(0, 1)


def weight_limit(weights: np.ndarray) -> float:
    """The 99th percentile of absolute weights, so that a few large ones leave no others pale."""
    return float(np.nanquantile(np.abs(weights), 0.99)) or 1.0


def bare(axes) -> None:
    """No ticks, a light frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("0.6")


def limit_of(*values) -> float:
    """The largest absolute value, for a scale that is symmetric around 0; 1 where all are 0."""
    return max(float(np.abs(array).max(initial=0)) for array in values) or 1.0


def show_weights(figure, axes, weights: np.ndarray, threshold: float) -> None:
    """Draws weights `(height, width)` around 0, framed from a threshold on, with a colour bar.

    Colours end at `weight_limit`.
    """
    limit = weight_limit(weights)
    drawn = axes.imshow(weights, cmap=DIVERGING, vmin=-limit, vmax=limit, interpolation="nearest")
    # Thin enough to leave the colour to be seen, in points of a weight's own side.
    side = figure.get_figwidth() * 72 / weights.shape[1]
    frame(axes, np.argwhere(np.abs(weights) >= threshold), 1, 1, BLACK, min(1.2, 0.08 * side))
    bar = figure.colorbar(
        drawn, ax=axes, location="bottom", extend="both", shrink=0.5, aspect=35, pad=0.02
    )
    bar.set_label("weight", fontsize=8)
    bar.ax.tick_params(labelsize=SMALL)


def show_tiles(axes, tiles: np.ndarray, columns: int, gap: tuple[int, int]) -> np.ndarray:
    """Draws images `(n, height, width, channels)` in [0, 1] as a mosaic; returns its corners."""
    height, width, channels = tiles.shape[1:]
    tiles = tiles.clip(0, 1)
    whole, corners = mosaic(tiles[..., 0] if channels == 1 else tiles, columns, gap)
    axes.imshow(np.nan_to_num(whole, nan=1.0), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    frame_tiles(axes, corners, height, width)
    return corners


def frame_tiles(axes, corners: np.ndarray, height: int, width: int) -> None:
    """A thin frame around each tile of a mosaic, in place of the axes' own."""
    frame(axes, corners, height, width, "0.7", 0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def frame(axes, corners: np.ndarray, height: int, width: int, colour: str, line: float) -> None:
    """Frames rectangles of places, given by row and column of each one's first place."""
    rows, columns = (corners - 0.5).reshape(-1, 2).T
    right, below = columns + width, rows + height
    across = np.stack([columns, right, right, columns], axis=1)
    down = np.stack([rows, rows, below, below], axis=1)
    axes.add_collection(
        PolyCollection(
            np.stack([across, down], axis=2),
            facecolor="none",
            edgecolor=colour,
            linewidth=line,
            clip_on=False,  # the outermost lines lie on the rim
        ),
        autolim=False,
    )
