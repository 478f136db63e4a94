"""What a search's own process does for each trial: python -m benchmarks.search_driver

Trials sleep (`simulated_workers.py`), so all else is the search itself: asking
and telling the tuner, the record, tables, pictures and page as often as a
search makes them. Counted is the time of the processor on the thread that
drives the search, over the second half of so many trials.
"""

import contextlib
import functools
import itertools
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import recording
from benchmarks.search_timed import plan_of
from benchmarks.simulated_workers import Clock, SimulatedWorker
from kerasae import cli, cli_flags
from kerasae.config import require
from kerasae.files import atomic_path

NAME = "search_driver"
SPACE = Path(__file__).with_name("search_space.toml")
EPOCHS = 9
EPOCH_SECONDS = 0.02
# Tuner, workers, trials: fewer for one worker, which trains them one after the other.
SERIES = (
    ("random", 1, 1_000), ("random", 16, 10_000), ("random", 256, 10_000),
    ("hyperband", 256, 10_000), ("bayesian", 256, 10_000),
)  # fmt: skip
QUICK = (("random", 4, 40),)
STEPS = (100, 300, 1_000, 3_000, 10_000)
QUICK_STEPS = (10, 20, 40)
MUST_MS = 50.0
PACKAGES = ("keras-tuner", "numpy", "scikit-learn")


def command_line() -> cli_flags.CommandLine:
    """The flags of the benchmark."""
    line = cli_flags.CommandLine(__doc__)
    line.add("Run", "out", str | None, None, "folder for the results", "benchmarks/results")
    line.add("Run", "quick", bool, False, "a try with a few trials; its numbers say nothing")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures, writes `search_driver.json`, `.csv` and `.png`, prints the table."""
    quick, out = line.values["quick"].value, line.values["out"].value
    require(bool(out) or not quick, "--quick needs --out: its numbers say nothing.", out=out)
    folder = Path(out) if out else recording.RESULTS
    steps = QUICK_STEPS if quick else STEPS
    rows = [row for series in (QUICK if quick else SERIES) for row in measure(*series, steps)]
    facts = {
        "unit": "milliseconds of the processor for each trial, on the thread that drives a search",
        "epochs": EPOCHS,
        "environment": recording.environment(PACKAGES),
    }
    recording.save(NAME, rows, facts, folder)
    draw(rows, folder / f"{NAME}.png")
    header = list(rows[0])
    print(recording.markdown(header, [[str(row[name]) for name in header] for row in rows]))


def measure(
    tuner: str, workers: int, trials: int, steps: tuple[int, ...] = STEPS
) -> list[dict[str, Any]]:
    """A row for each number of trials, of one search."""
    with tempfile.TemporaryDirectory() as top:
        spent = _search(f"{top}/search", tuner, workers, trials)
    reached = [number for number in steps if number <= len(spent) - 1]
    return [
        {
            "tuner": tuner,
            "workers": workers,
            "trials": number,
            "ms_a_trial": round((spent[number] - spent[number // 2]) / (number / 2) * 1e3, 2),
        }
        for number in reached
    ]


def _search(folder: str, tuner: str, workers: int, trials: int) -> list[float]:
    """Searches; seconds of the driving thread at the beginning and after each outcome."""
    flags = [
        "--dataset=digits", "--validation_fraction=0.2", f"--space={SPACE}", f"--tuner={tuner}",
        f"--max_trials={trials}", f"--epochs={EPOCHS}", "--model.filters=32,16",
    ]  # fmt: skip
    plan = plan_of(folder, flags)
    from kerasae.jobs import search
    from kerasae.reporting.search_publisher import Publisher
    from kerasae.run_dir import RunDir
    from kerasae.tuning.execution.trial_pool import TrialPool
    from kerasae.workers.view import View

    spent = []

    class Watched(Publisher):
        """Notes the time when it is called."""

        def publish(self, outcomes, last=False):
            super().publish(outcomes, last)
            while len(spent) <= len(outcomes):
                spent.append(time.thread_time())

    def pool(plan, source, stack):
        spent.append(time.thread_time())
        make_worker = functools.partial(SimulatedWorker, Clock(), EPOCH_SECONDS, _seen(source))
        return TrialPool(
            make_worker, workers, plan.folder, plan.search.worker_patience, View(workers)
        )

    RunDir(folder).create()
    with contextlib.ExitStack() as stack:
        # However many cores there are: these workers need none.
        stack.enter_context(mock.patch.object(type(plan.search), "apart", True))
        stack.enter_context(mock.patch.object(search, "_pool", pool))
        stack.enter_context(mock.patch.object(search, "Publisher", Watched))
        search.search(plan)
    return spent


def _seen(source) -> dict[str, Any]:
    """What a worker sees of the images, as far as tables and page ask for it."""
    return {
        "dataset": source.spec.name,
        "content": source.spec.content,
        "image_shape": list(source.spec.image_shape),
    }


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draws the time over the number of trials, a line for each search."""
    from kerasae.figures import style

    figure = style.figure(6.0, 3.4)
    axes = figure.subplots()
    series = itertools.groupby(rows, key=lambda row: (row["tuner"], row["workers"]))
    for colour, ((tuner, workers), some) in zip(style.LINES, series, strict=False):
        some = list(some)
        label = f"{tuner}, 1 worker" if workers == 1 else f"{tuner}, {workers} workers"
        x, y = ([row[name] for row in some] for name in ("trials", "ms_a_trial"))
        axes.plot(x, y, "o-", color=colour, label=label, markersize=3)
    axes.axhline(MUST_MS, color=style.BLACK, linewidth=0.8, linestyle=":")
    axes.set_xscale("log")
    axes.set_xlabel("trials")
    axes.set_ylabel("milliseconds a trial")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=style.SMALL)
    style.tidy(axes)
    with atomic_path(path) as new:
        figure.savefig(new)


if __name__ == "__main__":
    cli.run(command_line, main)
