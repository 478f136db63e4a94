"""The code in two dimensions, coloured by class: principal components and t-SNE."""

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/code_map.npz",)
# With more classes the names would cover the points.
MAX_NAMES = 30
NO_LABEL = "no label"
ROOM = 0.06  # that a name takes, of the axes' width


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
    figure.supxlabel(f"{len(arrays['pca']):,} images{note}", fontsize=8)
    return figure


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
        for label, (x, y) in _places(members).items():
            name = style.name(arrays["class_names"][label]) if label >= 0 else NO_LABEL
            box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "alpha": 0.85}
            axes.text(
                x, y, name, fontsize=9, weight="bold", ha="center", va="center",
                bbox={**box, "edgecolor": colours[label]},
            )  # fmt: skip


def _places(members: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Where each class is named: at its member nearest the median that has room for a name."""
    everything = np.concatenate(list(members.values()))
    span = np.maximum(np.ptp(everything, axis=0), 1e-12)
    places = {}
    for label, own in members.items():
        order = np.linalg.norm((own - np.median(own, axis=0)) / span, axis=1).argsort(kind="stable")
        taken = np.array(list(places.values())).reshape(-1, 2)
        free = [
            point for point in own[order] if (np.abs(point - taken) / span > ROOM).any(axis=1).all()
        ]
        places[label] = free[0] if free else own[order[0]]
    return places
