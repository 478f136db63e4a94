"""One table over runs: their numbers, mean and spread over seeds, baselines as rows."""

import dataclasses
from pathlib import Path

from kerasae import afterwards, files, tables
from kerasae.config import ConfigError
from kerasae.evaluation.measured import OWN
from kerasae.figures import drawing, style
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
                table.append(_row(f"{name}: {baseline}", known))
    return table


def columns(table: list[Row]) -> list[str]:
    """Every column that some row has, in the order of their first appearance."""
    return list(dict.fromkeys(column for row in table for column in row.mean))


def markdown(table: list[Row]) -> str:
    """The table as Markdown, mean ± standard deviation."""
    names = columns(table)
    rows = [[row.name, str(row.runs), *(_cell(row, column) for column in names)] for row in table]
    return tables.markdown(["run", "seeds", *names], rows)


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
    names = columns(table)
    fields = ["run", "seeds", *(f"{name}{kind}" for name in names for kind in ("", " (sd)"))]
    lines = [
        {
            "run": row.name,
            "seeds": row.runs,
            **row.mean,
            **{f"{name} (sd)": value for name, value in row.spread.items()},
        }
        for row in table
    ]
    files.write_csv(path, fields, lines)


def draw(table: list[Row]):
    """Accuracies and test error of every row, with spread."""
    shown = [name for name in columns(table) if "readout" in name or name == METRICS[MSE]]
    figure = style.figure(7.2, 1.2 + 0.28 * len(table) * max(1, len(shown)))
    panels = figure.subplots(max(1, len(shown)), 1, squeeze=False)[:, 0]
    for axes, column in zip(panels, shown, strict=False):
        with_value = [row for row in table if column in row.mean]
        axes.barh(
            [style.name(row.name, ROW_LETTERS) for row in with_value],
            [row.mean[column] for row in with_value],
            xerr=[row.spread.get(column, 0) for row in with_value],
            color=style.SKY,
            ecolor=style.BLACK,
        )
        axes.invert_yaxis()
        axes.set_xlabel(style.name(column, COLUMN_LETTERS))
        style.tidy(axes)
    return figure


def _row(name: str, values: list[dict[str, float]]) -> Row:
    names = dict.fromkeys(column for one in values for column in one)
    known = {column: [one[column] for one in values if column in one] for column in names}
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
    number = f"{mean:,.0f}" if float(mean).is_integer() or mean >= 1000 else f"{mean:.4g}"
    return f"{number} ± {row.spread[column]:.2g}" if row.spread.get(column) else number
