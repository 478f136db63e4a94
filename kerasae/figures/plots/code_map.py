"""The code in two dimensions: principal components and t-SNE."""

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.figures.hover import Mark
from kerasae.run_dir import RunDir

NEEDS = ("probes/code_map.npz",)
# With more classes the names would cover the points.
MAX_NAMES = 30
NO_LABEL = "no label"
LETTERS = 12  # of a name
ROOM = 0.06  # that a name takes, of the axes' height
LETTER = 0.03  # the same of a letter, of their width


def draw(run: RunDir) -> Figure:
    """Draws what the probe `code_map` laid out."""
    arrays = probed.read(run, "code_map")
    share = arrays["variance_share"]
    figure = style.figure(9.0, 4.7)
    left, right = figure.subplots(1, 2)
    _scatter(left, arrays["pca"], arrays)
    left.set_title("Principal components of the code", fontsize=10)
    left.set_xlabel(f"component 1 ({share[0]:.1%} of the variance)", fontsize=9)
    left.set_ylabel(f"component 2 ({share[1]:.1%} of the variance)", fontsize=9)
    left.tick_params(labelsize=8)

    right.set_title("t-SNE of the code", fontsize=10)
    if len(arrays["tsne"]):
        _scatter(right, arrays["tsne"], arrays)
        right.set_xlabel("t-SNE 1 (no unit)", fontsize=9)
        right.set_ylabel("t-SNE 2 (no unit)", fontsize=9)
        note = f", perplexity {float(arrays['perplexity']):.3g}"
    else:
        right.text(0.5, 0.5, "too few images", ha="center", transform=right.transAxes)
        note = ""
    right.set_xticks([])
    right.set_yticks([])
    right.spines[["top", "right"]].set_visible(False)
    style.note(figure, f"{len(arrays['pca']):,} images{note}")
    maps = [(left, arrays["pca"])] + [(right, arrays["tsne"])] * bool(len(arrays["tsne"]))
    figure.marks += [
        Mark(
            f"image {arrays['positions'][point]}{_class_of(arrays, point)}",
            [(axes, tuple(points[point])) for axes, points in maps],
            thumbnail=number,
        )
        for number, point in enumerate(arrays["thumbnail_points"])
    ]
    figure.thumbnails = arrays["thumbnails"]
    return figure


def _class_of(arrays, point: int) -> str:
    """What follows an image's number: its class, where there are labels."""
    if "labels" not in arrays:
        return ""
    label = arrays["labels"][point]
    return f", {style.name(arrays['class_names'][label]) if label >= 0 else NO_LABEL}"


def _scatter(axes, points: np.ndarray, arrays) -> None:
    """Points, by class where there are labels, each class named where it lies."""
    style.tidy(axes)
    look = {"s": 11 if len(points) > 500 else 22, "linewidths": 0, "alpha": 0.75}
    if "labels" not in arrays:
        axes.scatter(*points.T, color=style.BLUE, **look)
        return
    labels = arrays["labels"]
    present = np.unique(labels)
    colours, members = {}, {}
    for order, label in enumerate(present):
        colour = style.CLASS_COLOURS[order % len(style.CLASS_COLOURS)]
        # Each time the colours begin again, they meet other markers.
        turn = order + order // len(style.CLASS_COLOURS)
        marker = style.CLASS_MARKERS[turn % len(style.CLASS_MARKERS)]
        own = points[labels == label]
        axes.scatter(*own.T, color=colour, marker=marker, **look)
        colours[label], members[label] = colour, own
    if len(present) <= MAX_NAMES:
        names = {
            label: style.name(arrays["class_names"][label], LETTERS) if label >= 0 else NO_LABEL
            for label in members
        }
        for label, (x, y) in _places(members, names).items():
            name = names[label]
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "alpha": 0.85}
            axes.text(
                x, y, name, fontsize=9, weight="bold", ha="center", va="center",
                bbox={**box, "edgecolor": colours[label]},
            )  # fmt: skip


def _places(members: dict[int, np.ndarray], names: dict[int, str]) -> dict[int, np.ndarray]:
    """Where each class is named: at its member nearest the median that has room for the name.

    Where none has, at the one that is farthest from all other names.
    """
    everything = np.concatenate(list(members.values()))
    span = np.maximum(np.ptp(everything, axis=0), 1e-12)
    places: dict[int, np.ndarray] = {}
    for label, own in members.items():
        own = own[
            np.linalg.norm((own - np.median(own, axis=0)) / span, axis=1).argsort(kind="stable")
        ]
        # How far each member is from every name, in widths and heights of both names' room.
        apart = np.full(len(own), np.inf)
        for other, place in places.items():
            letters = (len(names[label]) + len(names[other])) / 2
            room = np.array([max(ROOM, LETTER * letters), ROOM])
            apart = np.minimum(apart, (np.abs(own - place) / span / room).max(axis=1))
        places[label] = own[np.argmax(apart > 1) if (apart > 1).any() else np.argmax(apart)]
    return places
