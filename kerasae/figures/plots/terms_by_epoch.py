"""What was minimised by epoch, and each of its terms times its weight."""

from matplotlib.figure import Figure

from kerasae import names, objectives
from kerasae.figures import scales, style
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.training import checkpoint

NEEDS = ("history.csv", "model.keras", "config.json")


def unavailable(run: RunDir) -> str | None:
    """Of the error alone there is a figure already."""
    if any(row.terms for row in checkpoint.read_history(run)):
        return None
    return "nothing but the error was minimised"


def draw(run: RunDir) -> Figure:
    """Draws the columns of `history.csv` that make up the loss, on a logarithmic scale."""
    rows, config = checkpoint.read_history(run), settings.read(run)
    objective = objectives.make(config.training_objective, config.objective_config)
    epochs = [row.epoch for row in rows]
    figure = style.figure(6.4, 3.6)
    axes = figure.add_subplot()
    lines = {"loss": [row.loss for row in rows]}
    for name, term in objective.terms.items():
        values = [
            row.mse_per_pixel if name == names.MSE_PER_PIXEL else row.terms[name] for row in rows
        ]
        lines[f"{term.weight:g} × {name}"] = [term.weight * value for value in values]
    for number, (label, values) in enumerate(lines.items()):
        axes.plot(
            epochs,
            values,
            color=style.LINES[number - 1] if number else style.BLACK,
            linestyle="-" if number else "--",
            marker=style.CLASS_MARKERS[number] if len(rows) <= 30 else None,
            markersize=4,
            label=label,
        )
    scales.logarithmic(axes.yaxis, [value for values in lines.values() for value in values])
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean over the epoch, weighted")
    scales.counted(axes.xaxis, len(rows))
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    style.tidy(axes)
    return figure
