"""Attacked images, their reconstructions, and the classifiers' predictions."""

from matplotlib.figure import Figure

from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("attack", "arrays.npz")
MAX_CLASSES = 10  # classes that are shown
TILE = 0.72  # inches


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
            (f"attack on\n{name}", arrays["attacked"][number], predictions, arrays["classes"]),
            ("reconstruction", arrays["attacked_reconstructions"][number], None, None),
        ]
    longest = max(len(str(name)) for name in arrays["classes"])
    size = 8 if longest <= 4 else style.SMALL
    figure = style.figure(TILE * columns + 1.6, (TILE + 0.13) * len(rows) + 0.9)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes_row, (title, images, predictions, truth) in zip(grid, rows, strict=True):
        for column, axes in enumerate(axes_row):
            style.show_image(axes, images[column])
            if predictions is not None:
                correct = truth is None or predictions[column] == truth[column]
                _name(axes, str(predictions[column]), correct, size)
        axes_row[0].set_ylabel(title, fontsize=8, rotation=0, ha="right", va="center")
    evaluation.print_settings(
        figure,
        run,
        "attack",
        "Above the originals: their class. Above the attacked images: the predicted class, "
        "with ✗ where it is wrong.",
    )
    return figure


def _name(axes, name: str, correct: bool, size: float) -> None:
    """A class name above an image, marked where it is a wrong prediction."""
    text = style.name(name, letters=10)
    axes.set_title(
        text if correct else f"✗ {text}",
        fontsize=size,
        color=style.BLACK if correct else style.RED,
        weight="normal" if correct else "bold",
        pad=2,
    )
