"""How long a user waits for each verb on MNIST, from the start of the process, and for what."""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks import command, recording, referee
from benchmarks.settings import Settings
from kerasae import files, registry
from kerasae.config import RunError

NAME = "jobs"
EXPERIMENT = "cognition"
HEADS = "--heads=linear,ffn"
PACKAGES = ("tensorflow", "keras", "scikit-learn", "numpy")
PHASES = 4  # Of a verb in the table, the longest; JSON and CSV have all.
REFUSED = 2


def measure(settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Runs every verb once, each on a run of its own that is as the training left it.

    Returns:
        A row for each phase of each job, which ends with a line that the verb logged, and facts
        about all.
    """
    rows = []
    with tempfile.TemporaryDirectory() as top:
        jobs = _jobs(settings, Path(top))
        for job, (arguments, code) in tqdm(
            jobs.items(), "jobs", unit="job", file=sys.stderr, disable=None
        ):
            rows += _phases(job, arguments, code, Path(top))
    facts = {
        "unit": "seconds from the start of the process; a phase ends with the line that is logged",
        "environment": recording.environment(PACKAGES, referee.THREADS),
    }
    return rows, facts


def _jobs(settings: Settings, top: Path) -> dict[str, tuple[list[str], int]]:
    """Command line and exit code of each job, in the order to run them."""
    trained, place = settings.flags(EXPERIMENT, learning_rate=None), f"--run_dir={top}"
    data = [f"--data_dir={settings.data_dir}"] if settings.data_dir else []
    whole = ["--dataset=digits", "--epochs=1"] if settings.quick else []
    targets = ",".join(registry.names(registry.TARGETS))
    # 8 bits cost an encoder that is hardly trained more than an export allows.
    few = ["--precisions=float32"] if settings.quick else []
    return {
        "train": (["train", *trained, f"{place}/run"], 0),
        "train --resume, finished": (["train", *trained, "--resume", f"{place}/run"], 0),
        "an unknown dataset": (
            ["train", "--dataset=nosuchset", *data, f"{place}/refused"],
            REFUSED,
        ),
        "readout": (["readout", HEADS, "--nobaselines", f"{place}/readout"], 0),
        "readout, with baselines": (["readout", HEADS, f"{place}/baselines"], 0),
        "evaluate": (["evaluate", HEADS, f"{place}/evaluate"], 0),
        "report": (["report", f"{place}/report"], 0),
        "export, all targets": (
            [
                "export",
                "--name=it",
                f"--targets={targets}",
                *few,
                f"--out={top}/models",
                f"{place}/export",
            ],
            0,
        ),
        "reproduce": (
            ["reproduce", f"--experiment={EXPERIMENT}", *whole, *data, f"{place}/reproduce"],
            0,
        ),
    }


def _phases(job: str, arguments: list[str], code: int, top: Path) -> list[dict[str, Any]]:
    """The rows of one job."""
    place = Path(arguments[-1].partition("=")[2])
    if (top / "run").exists() and not place.exists() and code == 0 and job != "reproduce":
        shutil.copytree(top / "run", place)
    out = top / "lines.json"
    timed = ["-m", "benchmarks.timed_verb", str(time.time()), str(out), *arguments]
    used = command.run(timed)
    found = files.read_json(out)
    if found["code"] != code:
        raise RunError(f"{job} ended with code {found['code']}, and not {code}.")
    rows, before = [], 0.0
    for number, line in enumerate(found["lines"]):
        rows.append({
            "job": job, "phase": number, "until": line["line"].splitlines()[0],
            "seconds": round(line["seconds"] - before, 3), "total": line["seconds"],
            "peak_mb": round(used["peak_mb"], 1),
        })  # fmt: skip
        before = line["seconds"]
    return rows


def table(rows: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """The jobs in Markdown, each with its longest phases."""
    cells = []
    for job in dict.fromkeys(row["job"] for row in rows):
        own = [row for row in rows if row["job"] == job]
        longest = sorted(own, key=lambda row: -row["seconds"])[:PHASES]
        words = "; ".join(f"{row['seconds']:.1f} until “{_short(row['until'])}”" for row in longest)
        cells.append([job, words, f"{own[-1]['total']:.1f}", f"{own[-1]['peak_mb']:,.0f}"])
    return (
        "From the start of the process to its end, once; the longest phases, each until the line "
        "that the verb logs at its end.\n\n"
        + recording.markdown(["job", "longest phases, seconds", "seconds", "peak MiB"], cells)
    )


def _short(text: str) -> str:
    """A line without what is different each time, such as places and the markers of tables."""
    words = [word for word in text.replace("|", " ").split() if "/" not in word or len(word) < 12]
    return " ".join(words)[:60]
