"""Accuracy of readouts, layer by layer."""

import itertools

from matplotlib.figure import Figure

from kerasae import files
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.run_dir import RunDir

NEEDS = ("readouts",)
FILE = "layers.csv"


def draw(run: RunDir) -> Figure:
    """Draws every `readouts/<dataset>/layers.csv` of a run, a panel a dataset.

    Raises:
        RunError: where there is none.
    """
    paths = sorted(run.readouts.glob(f"*/{FILE}"))
    if not paths:
        raise RunError(f"{run.readouts} has no {FILE}: kerasae.readout --layer=all makes it.")
    figure = style.figure(6.2, 3.8 * len(paths))
    for axes, path in zip(figure.subplots(len(paths), squeeze=False)[:, 0], paths, strict=True):
        rows = files.read_csv(path)
        layers = list(dict.fromkeys(row["layer"] for row in rows))
        heads = list(dict.fromkeys(row["head"] for row in rows))
        for color, head in zip(itertools.cycle(style.LINES), heads):
            accuracy = [float(row["accuracy"]) for row in rows if row["head"] == head]
            axes.plot(layers, accuracy, color=color, marker="o", markersize=4, label=head)
        axes.set_title(style.name(path.parent.name), fontsize=10)
        axes.set_ylabel("test accuracy")
        axes.set_xlabel("encoder layer, from image to code")
        axes.set_xticks(range(len(layers)), layers, fontsize=8)
        for label in axes.get_xticklabels():
            label.set(rotation=40, ha="right", rotation_mode="anchor")
        axes.legend(frameon=False)
        style.tidy(axes)
    return figure
