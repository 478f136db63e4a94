"""Accuracy against the number of labels, a line a dataset, with the spread over draws."""

from collections import defaultdict

import numpy as np
from matplotlib.figure import Figure

from kerasae import run_dir as files
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.run_dir import RunDir

NEEDS = ("readouts",)
FILE = "label_efficiency.csv"


def draw(run: RunDir) -> Figure:
    """Draws every `readouts/<dataset>/label_efficiency.csv` of a run.

    Raises:
        RunError: where there is none.
    """
    tables = {path.parent.name: files.read_csv(path) for path in run.readouts.glob(f"*/{FILE}")}
    if not tables:
        raise RunError(
            f"{run.readouts} has no {FILE}: kerasae.readout --labels_per_class makes it."
        )
    figure = style.figure(5.2, 3.4)
    axes = figure.add_subplot()
    names: list[str] = []
    for color, (dataset, rows) in zip(style.LINES, sorted(tables.items()), strict=False):
        by_count = defaultdict(list)
        for row in rows:
            by_count[row["labels_per_class"]].append(float(row["accuracy"]))
        names = list(by_count)
        places = np.arange(len(by_count))
        means = [np.mean(values) for values in by_count.values()]
        spread = [np.std(values, ddof=1) if values[1:] else 0 for values in by_count.values()]
        axes.errorbar(
            places, means, yerr=spread, color=color, marker="o", markersize=4, capsize=3,
            label=dataset,
        )  # fmt: skip
    axes.set_xticks(range(len(names)), names)
    axes.set_xlabel("labels per class")
    axes.set_ylabel("test accuracy")
    axes.set_title("Ridge on the frozen code; bars: standard deviation over draws", fontsize=9)
    axes.legend(frameon=False)
    style.tidy(axes)
    return figure
