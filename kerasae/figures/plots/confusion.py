"""The confusion matrix of every readout of the run."""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.readouts import listing
from kerasae.readouts.listing import ReadoutRow
from kerasae.run_dir import RunDir

NEEDS = ("readouts",)
COLUMNS = 2
PANEL = 3.9  # inches
NAMES = 0.065  # inches that a letter of a class takes
# With more classes the counts would be too small to be read.
MAX_COUNTED = 12


def draw(run: RunDir) -> Figure:
    """Draws a panel for each readout of the code.

    Raises:
        RunError: where there is none, or one is damaged.
    """
    readouts = [row for row in listing.read(run) if row.baseline is None]
    if not readouts:
        raise RunError(f"There is no readout in {run.readouts}.")
    columns = min(COLUMNS, len(readouts))
    lines = -(-len(readouts) // columns)
    longest = max(len(name) for row in readouts for name in row.result.classes)
    letters = NAMES * min(longest, style.CLASS_LETTERS)
    figure = style.figure((PANEL + letters) * columns, (PANEL + letters + 0.3) * lines + 0.3)
    grid = figure.subplots(lines, columns, squeeze=False)
    for axes in grid.flat[len(readouts) :]:
        axes.axis("off")
    for axes, row in zip(grid.flat, readouts, strict=False):
        _show(axes, row)
    style.note(
        figure,
        "Numbers of test images; the colour is their share of the true class, by its square root.",
    )
    return figure


def _show(axes, row: ReadoutRow) -> None:
    """One readout's counts; colours by share of the true class, so that classes compare."""
    from sklearn.metrics import ConfusionMatrixDisplay

    counts = np.array(row.result.confusion)
    classes = row.result.classes
    display = ConfusionMatrixDisplay(counts)
    display.plot(
        ax=axes,
        include_values=len(classes) <= MAX_COUNTED,
        cmap="Blues",
        colorbar=False,
        values_format="d",
        text_kw={"fontsize": style.SMALL},
    )
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    display.im_.set_data(shares)
    # The square root shows the rare mistakes beside the diagonal.
    display.im_.set_norm(PowerNorm(0.5, 0, 1))
    if display.text_ is not None:
        for text, share in zip(display.text_.flat, shares.flat, strict=True):
            text.set_color("white" if share > 0.4 else "black")
    for axis in (axes.xaxis, axes.yaxis):
        style.class_ticks(axis, classes, PANEL - 0.8)
    axes.tick_params(axis="x", rotation=90 if max(map(len, classes)) > 2 else 0)
    title = f"{style.name(row.head, style.TITLE_LETTERS)} on {style.name(row.dataset)}"
    axes.set_title(
        f"{title}\naccuracy {tables.number(row.result.accuracy)}, {row.labels:,} labels", fontsize=9
    )
    axes.set_xlabel("predicted class", fontsize=8)
    axes.set_ylabel("true class", fontsize=8)
