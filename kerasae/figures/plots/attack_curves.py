"""Accuracy against the size of a gradient-sign step, and of a random one."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kerasae import names
from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("attack", "curves.csv")
RANDOM = "random sign"


def draw(run: RunDir) -> Figure:
    """Draws a colour for each classifier, thick for the attack and thin for random signs."""
    rows = evaluation.table(run, "attack", "curves")
    figure = style.figure(6.4, 4.4)
    axes = figure.add_subplot()
    style.tidy(axes)
    looks = evaluation.looks(list(dict.fromkeys(row["classifier"] for row in rows)))
    for direction in dict.fromkeys(row["direction"] for row in rows):
        for name, look in looks.items():
            points = [
                (float(row["size"]), float(row["accuracy"]))
                for row in rows
                if (row["classifier"], row["direction"]) == (name, direction)
            ]
            drawn = {"linewidth": 0.8, "alpha": 0.6, "marker": None}
            if direction != RANDOM:
                drawn = {"linewidth": 1.8, "markersize": 5}
                drawn["label"] = names.classifier_title(name)
            axes.plot(*zip(*points, strict=True), **look | drawn)
    chance = float(evaluation.settings(run, "attack")["chance"])
    axes.axhline(chance, color="0.4", linestyle=":", linewidth=1)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=-0.005)
    axes.set_xlabel("size of the step, per pixel of images in [0, 1]", fontsize=9)
    axes.set_ylabel("test accuracy", fontsize=9)
    axes.set_title("Gradient-sign attack, each classifier through itself", fontsize=10)
    axes.tick_params(labelsize=8)
    handles = axes.get_legend_handles_labels()[0]
    random = Line2D([], [], color="0.4", linewidth=0.8, label="thin: steps of random signs")
    guess = Line2D([], [], color="0.4", linestyle=":", linewidth=1, label="dotted: chance")
    figure.legend(handles=[*handles, random, guess], loc="outside right upper", fontsize=8,
                  frameon=False)  # fmt: skip
    evaluation.print_settings(figure, run, "attack")
    return figure
