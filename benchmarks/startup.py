"""How long it takes until the first steps are done, how long `--help`, and how much memory."""

import sys
import tempfile
from typing import Any

from tqdm import tqdm

from benchmarks import command, recording, referee
from benchmarks.settings import Settings
from kerasae.published import experiments

NAME = "startup"
REPEATS = 3
HELP_REPEATS = 5
HELP = ["-m", "kerasae.train", "--help"]
PACKAGES = ("tensorflow", "keras", "numpy")
FIRST_STEP = "benchmarks.contenders.kerasae_first_step"


def measure(settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Starts every command a few times.

    Returns:
        A row a command, and facts about all.
    """
    repeats = 1 if settings.quick else REPEATS
    commands = {
        "python -c pass": (["-c", "pass"], HELP_REPEATS),
        "kerasae.train --help": (HELP, HELP_REPEATS),
        "import tensorflow": (["-c", "import tensorflow"], repeats),
    }
    for name in experiments.names():
        flags = settings.flags(name)
        commands[f"{name}, first steps"] = (["-m", FIRST_STEP, *flags], repeats)
    rows = [
        _row(name, *commands[name])
        for name in tqdm(commands, "start-up", unit="command", file=sys.stderr, disable=None)
    ]
    facts = {
        "unit": "seconds from the start of the process; peak_mb: MiB of resident memory until then",
        "environment": recording.environment(PACKAGES, referee.THREADS),
    }
    return rows, facts


def _row(name: str, arguments: list[str], repeats: int) -> dict[str, Any]:
    runs = [_run(arguments) for _ in range(repeats)]
    found = recording.summary([run["seconds"] for run in runs])
    return {
        "command": name,
        "seconds": round(found.median, 3),
        "spread": round(found.spread, 3),
        "peak_mb": round(max(run["peak_mb"] for run in runs), 1),
        "repeats": found.count,
    }


def _run(arguments: list[str]) -> dict[str, Any]:
    """One start; a run that would go on ends with its first steps."""
    if FIRST_STEP not in arguments:
        return command.run(arguments)
    with tempfile.TemporaryDirectory() as folder:
        return command.run([*arguments, f"--run_dir={folder}/run"])


def table(rows: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """The rows in Markdown."""
    cells = [
        [row["command"], str(row["repeats"]), f"{row['seconds']:.2f}", f"{row['spread']:.2f}",
         f"{row['peak_mb']:,.0f}"]
        for row in rows
    ]  # fmt: skip
    return (
        "From the start of the process to its end or to the end of the first training steps, as "
        "many as one call takes; median, distance between the quartiles, and the most memory held "
        "until then (a command can't show less than the benchmark's own process holds when it "
        "starts it).\n\n"
        + recording.markdown(["command", "repeats", "seconds", "spread", "peak MiB"], cells)
    )
