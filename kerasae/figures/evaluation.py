"""Parts of every figure of a measure: its files, its settings in a line, its classifiers."""

from pathlib import Path

import numpy as np

from kerasae.evaluation import measured
from kerasae.figures import style
from kerasae.run_dir import RunDir

SETTING_LETTERS = 120


def settings(run: RunDir, measure: str) -> dict:
    """Settings on which a measure's numbers depend."""
    return measured.read(run, measure).settings


def table(run: RunDir, measure: str, name: str) -> list[dict[str, str]]:
    """A measure's table, a dict of strings a row."""
    return measured.read_table(run, measure, name)


def arrays(run: RunDir, measure: str) -> dict[str, np.ndarray]:
    """A measure's arrays."""
    return measured.read_arrays(run, measure)


def needs(measure: str, *others: str) -> tuple[str, ...]:
    """A figure's `NEEDS`: the measure's result, and others of its files by name."""
    folder = Path("evaluation") / measure
    return tuple(str(folder / name) for name in (measured.RESULT, *others))


def print_settings(figure, run: RunDir, measure: str, *notes: str) -> None:
    """Writes a measure's settings below a figure, and notes before them."""
    shown = [
        f"{name}: {style.name(value, SETTING_LETTERS)}"
        for name, value in settings(run, measure).items()
        if not isinstance(value, dict)
    ]
    style.note(figure, *notes, " · ".join(shown))


def looks(names: list[str]) -> dict[str, dict]:
    """Colour and marker of every classifier; the baselines are dashed."""
    return {
        name: {
            "color": style.LINES[number % len(style.LINES)],
            "marker": style.CLASS_MARKERS[number % len(style.CLASS_MARKERS)],
            "linestyle": "--" if " " in name else "-",
        }
        for number, name in enumerate(names)
    }


def optional(cell: str) -> float | None:
    """A number from a table; None from an empty cell."""
    return float(cell) if cell else None
