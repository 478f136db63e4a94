"""Attacked images, what the autoencoder makes of them, and what the classifiers answer."""

from matplotlib.figure import Figure

from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("attack", ".npz")
MOST = 10  # classes that are shown
TILE = 0.72  # inches


def draw(run: RunDir) -> Figure:
    """Draws a column for each class; clean images first, then two rows for each classifier."""
    arrays = evaluation.arrays(run, "attack")
    columns = min(MOST, len(arrays["images"]))
    classifiers = arrays["classifiers"]
    rows = [
        ("original", arrays["images"], arrays["classes"], None),
        ("reconstruction", arrays["reconstructions"], None, None),
    ]
    for number, name in enumerate(classifiers):
        answers = arrays["attacked_answers"][number]
        rows += [
            (f"attack on\n{name}", arrays["attacked"][number], answers, arrays["classes"]),
            ("reconstruction", arrays["attacked_reconstructions"][number], None, None),
        ]
    longest = max(len(str(name)) for name in arrays["classes"])
    size = 8 if longest <= 4 else style.SMALL
    figure = style.figure(TILE * columns + 1.6, (TILE + 0.13) * len(rows) + 0.9)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes_row, (title, images, answers, truth) in zip(grid, rows, strict=True):
        for column, axes in enumerate(axes_row):
            style.show_image(axes, images[column])
            if answers is not None:
                right = truth is None or answers[column] == truth[column]
                _name(axes, str(answers[column]), right, size)
        axes_row[0].set_ylabel(title, fontsize=8, rotation=0, ha="right", va="center")
    evaluation.print_settings(
        figure,
        run,
        "attack",
        "Above the originals: their class. Above the attacked images: the classifier's answer, "
        "with ✗ where it is wrong.",
    )
    return figure


def _name(axes, name: str, right: bool, size: float) -> None:
    """A class name above an image, marked where it is a wrong answer."""
    shown = name if len(name) <= 10 else f"{name[:9]}…"
    text = evaluation.literal(shown)
    axes.set_title(
        text if right else f"✗ {text}",
        fontsize=size,
        color=style.BLACK if right else style.RED,
        weight="normal" if right else "bold",
        pad=2,
    )
