"""What a picture says of its points and lines where one points at them, kept in the PNG itself.

A page reads it from there, so a picture and what it says can't part, and the
picture is printed as it is.
"""

import base64
import dataclasses
import json
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kerasae import wording
from kerasae.figures import mosaic

# Keyword of the chunk.
HOVER = "kerasae hover"
DIGITS = 5  # of a place
COLUMNS = 40  # thumbnails in a row of their picture
DATA = "data:image/png;base64,"


@dataclasses.dataclass(frozen=True)
class Mark:
    """One thing that a picture shows, at one or more places.

    Attributes:
        text: What is said of it, in lines; see `lines`.
        places: Axes and a point `(x, y)` in their data's units, of each place.
        joined: Whether the picture shows a line through the places.
        thumbnail: Number of its thumbnail; None for none.
    """

    text: str
    places: Sequence[tuple[Axes, tuple[float, float]]]
    joined: bool = False
    thumbnail: int | None = None


class HoverFigure(Figure):
    """A figure that knows what to say of its marks.

    Attributes:
        marks: Those that there are.
        thumbnails: uint8 `(n, height, width, channels)`, grey or RGB, or None.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.marks: list[Mark] = []
        self.thumbnails: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Placed:
    """A mark as the file holds it.

    Attributes:
        text: As in `Mark`.
        at: Places, from the left and from the top, as shares of the picture's width and height.
        joined: As in `Mark`.
        thumbnail: As in `Mark`.
    """

    text: str
    at: tuple[tuple[float, float], ...]
    joined: bool = False
    thumbnail: int | None = None


@dataclasses.dataclass(frozen=True)
class Thumbnails:
    """All thumbnails as one picture, row by row.

    Attributes:
        source: A PNG file as a data URL.
        columns: Thumbnails in a row.
        rows: Rows.
        width: Of a thumbnail, in pixels.
        height: The same.

    Raises:
        ValueError: for a source of another kind, which a page would ask others for.
    """

    source: str
    columns: int
    rows: int
    width: int
    height: int

    def __post_init__(self):
        if not self.source.startswith(DATA):
            raise ValueError("thumbnails that are no PNG file as a data URL")


@dataclasses.dataclass(frozen=True)
class Hover:
    """What the chunk holds, as JSON."""

    marks: tuple[Placed, ...]
    thumbnails: Thumbnails | None = None


def metadata(figure: Figure) -> dict[str, str]:
    """The text chunk of a figure that has marks, as `savefig` takes it; empty for others."""
    if not isinstance(figure, HoverFigure) or not figure.marks:
        return {}
    figure.draw_without_rendering()  # Only a layout that is done has places.
    # A number that isn't finite, as a loss that became NaN, has no place to point at.
    placed = tuple(one for mark in figure.marks if (one := _placed(figure, mark)).at)
    sheet = None if figure.thumbnails is None else _sheet(figure.thumbnails)
    # Pure ASCII: in other letters the chunk would be of another kind.
    return {HOVER: json.dumps(msgspec.to_builtins(Hover(placed, sheet)))}


def decode(content: bytes) -> Hover:
    """What `metadata` wrote.

    Raises:
        ValueError: for anything else.
    """
    try:
        return msgspec.json.decode(content, type=Hover)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _placed(figure: Figure, mark: Mark) -> Placed:
    at = [axes.transData.transform(point) / figure.bbox.size for axes, point in mark.places]
    shares = tuple((round(float(x), DIGITS), round(1 - float(y), DIGITS)) for x, y in at
                   if np.isfinite((x, y)).all())  # fmt: skip
    text = "\n".join(map(wording.printable, mark.text.splitlines()))
    return Placed(text, shares, mark.joined, mark.thumbnail)


def _sheet(images: np.ndarray) -> Thumbnails:
    count, height, width, _ = images.shape
    columns = min(COLUMNS, count)
    source = DATA + base64.b64encode(mosaic.png(images, columns)).decode()
    return Thumbnails(source, columns, -(-count // columns), width, height)


def lines(title: str, rows: Iterable[tuple[str, object]]) -> str:
    """A mark's text: a title, then names with values."""
    return "\n".join([title, *(f"{name}: {value}" for name, value in rows)])
