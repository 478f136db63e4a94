"""Reconstruction error by epoch."""

from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import hover, scales, style
from kerasae.figures.hover import Mark
from kerasae.published import experiments
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.training import checkpoint
from kerasae.training.history import Row

NEEDS = ("history.csv", "model.keras", "config.json")


def draw(run: RunDir) -> Figure:
    """Draws the columns of `history.csv` over the epochs, on a logarithmic scale."""
    rows = checkpoint.read_history(run)
    epochs = [row.epoch for row in rows]
    marker = "o" if len(rows) <= 30 else None
    figure = style.figure(5.2, 3.4)
    axes = figure.add_subplot()
    axes.plot(
        epochs,
        [row.mse_per_pixel for row in rows],
        color=style.BLUE,
        marker=marker,
        markersize=4,
        label="training (mean over the epoch)",
    )
    if rows[0].val_mse_per_pixel is not None:
        axes.plot(
            epochs,
            [row.val_mse_per_pixel for row in rows],
            color=style.RED,
            marker=marker and "s",
            markersize=4,
            linestyle="--",
            label="validation (after the epoch)",
        )
    repeated = experiments.repeated_by(record.read(run))
    loss = repeated.training_loss() if repeated else {}
    if loss:
        axes.plot(
            loss.keys(),
            loss.values(),
            color=style.BLACK,
            marker="^",
            markersize=4,
            linestyle=":",
            label=f"published ({repeated.citation})",
        )
    figure.marks += [_mark(axes, row) for row in rows]
    scales.logarithmic(axes.yaxis, [value for line in axes.lines for value in line.get_ydata()])
    axes.set_xlabel("epoch")
    axes.set_ylabel("mean squared error per pixel")
    scales.counted(axes.xaxis, max(int(max(line.get_xdata())) for line in axes.lines))
    axes.legend(frameon=False)
    style.tidy(axes)
    return figure


def _mark(axes, row: Row) -> Mark:
    """What is said of an epoch."""
    errors = {"training": row.mse_per_pixel, "validation": row.val_mse_per_pixel}
    there = {name: error for name, error in errors.items() if error is not None}
    numbers = {**there, **row.terms}
    return Mark(
        hover.lines(f"epoch {row.epoch}", ((n, tables.number(v)) for n, v in numbers.items())),
        [(axes, (row.epoch, error)) for error in there.values()],
    )
