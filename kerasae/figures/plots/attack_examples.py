"""Attacked images, their reconstructions, and the classifiers' predictions."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from kerasae import names
from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("attack", "arrays.npz")
MAX_CLASSES = 10  # classes that are shown
TILE = 0.72  # inches
LETTERS = 18  # of a line beside a row
NAME_SHARE = 0.28  # of a tile's height, above it
SHORT = 4  # letters that fit above a tile with others close to it
CLOSE, APART = 0.1, 0.35  # between tiles, of their width


def draw(run: RunDir) -> Figure:
    """Draws a column for each class; clean images first, then two rows for each classifier."""
    arrays = evaluation.arrays(run, "attack")
    columns = min(MAX_CLASSES, len(arrays["images"]))
    classifiers = arrays["classifiers"]
    rows = [
        ("original", arrays["images"], arrays["classes"], None),
        ("reconstruction", arrays["reconstructions"], None, None),
    ]
    for number, name in enumerate(classifiers):
        predictions = arrays["attacked_predictions"][number]
        rows += [
            (
                textwrap.fill(f"attack on the {names.classifier_title(name)}", LETTERS),
                arrays["attacked"][number],
                predictions,
                arrays["classes"],
            ),
            ("reconstruction", arrays["attacked_reconstructions"][number], None, None),
        ]
    longest = max(len(str(name)) for name in arrays["classes"])
    size = 8 if longest <= SHORT else style.SMALL
    share = CLOSE if longest <= SHORT else APART
    across = TILE * (1 + share) * max(columns, 5)
    figure = style.figure(across + 2.0, (TILE + 0.13) * len(rows) + 0.9)
    axes = figure.add_subplot()
    shown = np.concatenate([images[:columns] for _, images, _, _ in rows])
    height, width = shown.shape[1:3]
    gap = max(1, round(NAME_SHARE * height)), max(1, round(share * width))
    corners = style.show_tiles(axes, shown, columns, gap)
    for corner, (_, _, predictions, truth) in zip(corners[::columns], rows, strict=True):
        for column in range(columns if predictions is not None else 0):
            correct = truth is None or predictions[column] == truth[column]
            middle = corners[column, 1] + (width - 1) / 2
            _name(axes, middle, corner[0] - 0.5, str(predictions[column]), correct, size)
    middles = corners[::columns, 0] + (height - 1) / 2
    axes.set_xticks([])
    axes.set_yticks(middles, [title for title, *_ in rows], fontsize=8)
    axes.tick_params(length=0)
    evaluation.print_settings(
        figure,
        run,
        "attack",
        "Above the originals: their class. Above the attacked images: the predicted class, "
        "with ✗ where it is wrong.",
    )
    return figure


def _name(axes, across: float, down: float, name: str, correct: bool, size: float) -> None:
    """A class name above an image, marked where it is a wrong prediction."""
    text = style.name(name, letters=10)
    axes.annotate(
        text if correct else f"✗ {text}",
        (across, down),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=size,
        color=style.BLACK if correct else style.RED,
        weight="normal" if correct else "bold",
    )
