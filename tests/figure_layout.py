"""Where the texts of a figure lie: none outside, none over another one, by their boxes."""

import numpy as np
from matplotlib.text import Text

# Points by which boxes may reach into each other: they hold the room for letters that hang down.
SLACK = 2.0


def faults(figure) -> list[str]:
    """What is wrong with the places of a figure's texts, in words; empty where nothing is."""
    figure.draw_without_rendering()
    renderer = figure._get_renderer()
    slack = SLACK * figure.dpi / 72
    hidden = _hidden(figure)
    boxes = [
        (text.get_text(), _corners(text, renderer))
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and text not in hidden
    ]
    width, height = figure.get_size_inches() * figure.dpi
    found = [
        f"outside: {text!r}"
        for text, corners in boxes
        if (corners < -slack).any() or (corners > np.array([width, height]) + slack).any()
    ]
    return found + [
        f"{boxes[one][0]!r} over {boxes[other][0]!r}"
        for one, other in _near([corners for _, corners in boxes])
        if _depth(boxes[one][1], boxes[other][1]) > slack
    ]


def _hidden(figure) -> set[Text]:
    """Texts of axes that aren't shown, and of ticks beyond an axis's ends."""
    hidden = set()
    for axes in figure.axes:
        if not axes.get_visible():
            hidden.update(axes.findobj(Text))
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            room = 1e-9 * (high - low)
            for tick in (*axis.majorTicks, *axis.minorTicks):
                if not axes.axison or not low - room <= tick.get_loc() <= high + room:
                    hidden.update((tick.label1, tick.label2))
            if not axes.axison:
                hidden.add(axis.label)
    return hidden


def _corners(text: Text, renderer) -> np.ndarray:
    """The four corners of a text, `(4, 2)`, turned as the text is."""
    around = text.get_window_extent(renderer)
    middle = np.array([around.x0 + around.x1, around.y0 + around.y1]) / 2
    angle = np.deg2rad(text.get_rotation())
    text.set_rotation(0)
    flat = text.get_window_extent(renderer)
    text.set_rotation(np.rad2deg(angle))
    along = np.array([np.cos(angle), np.sin(angle)]) * flat.width / 2
    across = np.array([-np.sin(angle), np.cos(angle)]) * flat.height / 2
    return np.array(
        [middle + a * along + b * across for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    )


def _near(rectangles: list[np.ndarray]) -> np.ndarray:
    """Pairs of rectangles, `(pairs, 2)`, whose bounding boxes meet; most do not."""
    corners = np.reshape(rectangles, (-1, 4, 2))
    low, high = corners.min(axis=1), corners.max(axis=1)
    meet = ((low[:, np.newaxis] <= high) & (high[:, np.newaxis] >= low)).all(axis=-1)
    return np.argwhere(np.triu(meet, k=1))


def _depth(first: np.ndarray, second: np.ndarray) -> float:
    """How far two rectangles reach into each other, in pixels; 0 or less where they don't.

    Two convex shapes are apart where a line along one of their sides parts them.
    """
    depths = []
    for corners in (first, second):
        for side in (corners[1] - corners[0], corners[2] - corners[1]):
            length = np.linalg.norm(side)
            if length:
                one, other = first @ side / length, second @ side / length
                depths.append(min(one.max(), other.max()) - max(one.min(), other.min()))
    return min(depths)
