"""One table over runs: their numbers, mean and spread over seeds, baselines as rows."""

import dataclasses
from pathlib import Path

from matplotlib.ticker import FuncFormatter

from kerasae import afterwards, csv_files, files, names, tables
from kerasae.config import ConfigError
from kerasae.evaluation.measured import OWN
from kerasae.figures import drawing, scales, style
from kerasae.reporting import comparison_scatter
from kerasae.reporting.comparison_values import METRICS, MSE, read_out_on, values
from kerasae.run_dir import RunDir
from kerasae.runs import record

# Letters of a row's and of a column's name in the picture.
ROW_LETTERS, COLUMN_LETTERS = 60, 90


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: The folder's name, or a baseline's.
        runs: Number of seeds.
        mean: Means by column.
        spread: Standard deviations (n - 1) by column, of those with two runs or more.
    """

    name: str
    runs: int
    mean: dict[str, float]
    spread: dict[str, float]


def rows(groups: dict[str, list[RunDir]]) -> list[Row]:
    """A row a group of runs that differ in their seed, and its baselines below it.

    Args:
        groups: Finished runs by the name of their folder.

    Raises:
        ConfigError: where the runs were not tested on the same images.
        RunError: where a run's file is damaged.
    """
    tested = {run.path.as_posix(): _tested_on(run) for group in groups.values() for run in group}
    if len(set(tested.values())) > 1:
        listed = "; ".join(f"{path}: {images}" for path, images in sorted(tested.items()))
        raise ConfigError(f"Runs with different test images can't stand in one table. {listed}.")
    datasets = read_out_on(run for group in groups.values() for run in group)
    table = []
    for name, group in groups.items():
        found = [values(run, datasets) for run in group]
        table.append(_row(name, [one[OWN] for one in found]))
        for baseline in dict.fromkeys(owner for one in found for owner in one if owner != OWN):
            if known := [one[baseline] for one in found if one.get(baseline)]:
                table.append(_row(f"{name}: {names.title(baseline)}", known))
    return table


def columns(table: list[Row]) -> list[str]:
    """Every column that some row has, in the order of their first appearance."""
    return list(dict.fromkeys(column for row in table for column in row.mean))


def markdown(table: list[Row]) -> str:
    """The table as Markdown, mean ± standard deviation."""
    known = columns(table)
    rows = [[row.name, str(row.runs), *(_cell(row, column) for column in known)] for row in table]
    return tables.markdown(["run", "seeds", *known], rows)


def write(table: list[Row], folder: Path) -> str:
    """Writes `table.md`, `table.csv` and pictures; returns the Markdown.

    Error against linear accuracy is drawn where two rows or more have both.
    """
    text = markdown(table)
    files.write_text(folder / "table.md", text)
    write_csv(table, folder / "table.csv")
    with afterwards.attempt(f"The picture {folder / 'table.png'}"):
        drawing.save(folder / "table.png", lambda: draw(table))
        if comparison_scatter.columns(table):
            scatter = folder / "error_and_accuracy.png"
            drawing.save(scatter, lambda: comparison_scatter.draw(table))
    return text


def write_csv(table: list[Row], path: Path) -> None:
    """The table with full digits; a column for each mean and each standard deviation."""
    known = columns(table)
    fields = ["run", "seeds", *(f"{name}{kind}" for name in known for kind in ("", " (sd)"))]
    lines = [
        {
            "run": row.name,
            "seeds": row.runs,
            **row.mean,
            **{f"{name} (sd)": value for name, value in row.spread.items()},
        }
        for row in table
    ]
    csv_files.write(path, fields, lines)


def draw(table: list[Row]):
    """Accuracies and test error of every row: a point with its spread, and its number."""
    shown = [name for name in columns(table) if "readout" in name or name == METRICS[MSE]]
    shown = [name for name in shown if "noise" not in name and "attack" not in name]
    known = {column: [row for row in table if column in row.mean] for column in shown}
    heights = [len(rows) + 2.2 for rows in known.values()] or [1]
    figure = style.figure(7.6, 0.24 * sum(heights) + 0.3)
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (column, rows) in zip(panels, known.items(), strict=False):
        _show(axes, column, rows)
    return figure


def _show(axes, column: str, rows: list[Row]) -> None:
    """One column; the axis spans the values alone, so that near ones are seen apart."""
    style.tidy(axes)
    places = range(len(rows))
    axes.errorbar(
        x=[row.mean[column] for row in rows],
        y=places,
        xerr=[row.spread.get(column, 0) for row in rows],
        fmt="o",
        color=style.BLUE,
        ecolor=style.BLACK,
        capsize=3,
        markersize=5,
    )
    axes.set_yticks(places, [style.name(row.name, ROW_LETTERS) for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.08)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: scales.short(value)))
    axes.tick_params(axis="x", labelsize=style.SMALL)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(
            _cell(row, column), (1.01, place), xycoords=axes.get_yaxis_transform(), fontsize=8,
            va="center",
        )  # fmt: skip
    axes.set_title(style.name(column, COLUMN_LETTERS), fontsize=9, loc="left")


def _row(name: str, values: list[dict[str, float]]) -> Row:
    found = dict.fromkeys(column for one in values for column in one)
    known = {column: [one[column] for one in values if column in one] for column in found}
    return Row(
        name=name,
        runs=len(values),
        mean={column: tables.mean_and_spread(numbers)[0] for column, numbers in known.items()},
        spread={
            column: spread
            for column, numbers in known.items()
            if (spread := tables.mean_and_spread(numbers)[1]) is not None
        },
    )


def _tested_on(run: RunDir) -> str:
    """The test images in words that are equal only where the images are."""
    recorded = record.read(run)
    size = "x".join(map(str, recorded.image_shape))
    classes = ", ".join(recorded.classes or ()) or "no labels"
    return (
        f"{recorded.dataset.name} with the content {recorded.dataset.content}, "
        f"{recorded.test_images:,} test images of {size}, classes {classes}"
    )


def _cell(row: Row, column: str) -> str:
    if column not in row.mean:
        return ""
    mean = row.mean[column]
    if column not in METRICS.values() or not (float(mean).is_integer() or mean >= 1000):
        return tables.with_spread(mean, row.spread.get(column))
    spread = row.spread.get(column)
    return tables.number(round(mean)) + (f" ± {tables.number(round(spread))}" if spread else "")
