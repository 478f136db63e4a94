"""What a search costs: python -m benchmarks.search

Two questions, answered side by side in one run, for each seed in turn:

- How much longer does a search take than training its candidates alone, with
  the data decoded once in both? They take turns, a trial each, so that both see
  the same weather.
- How long does it take to reach a validation error, beside the scripts that
  examples of Keras Tuner and of Optuna would show (`plain_keras_tuner.py`,
  `plain_optuna.py`), same space, same images, same number of candidates, from
  the start of the process? The error is the best that every run of all of them
  reached, so that no run is left out.
"""

import csv
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import recording, referee
from kerasae import cli, cli_flags, csv_files
from kerasae.config import RunError, require
from kerasae.tuning.search_dir import SearchDir

ROOT = Path(__file__).parents[1]
SPACE = Path(__file__).with_name("search_space.toml")
FULL = {"dataset": "mnist", "max_examples": 10_000, "epochs": 9, "max_trials": 12}
QUICK = {"dataset": "digits", "max_examples": 600, "epochs": 3, "max_trials": 4}
SEEDS = {False: (0, 1, 2, 3, 4), True: (0,)}
POLL_SECONDS = 0.1
SEARCH, ALONE = "kerasae search", "candidates alone"
OWN = "kerasae"
PEERS = {"Keras Tuner": "benchmarks.plain_keras_tuner", "Optuna": "benchmarks.plain_optuna"}
PACKAGES = ("tensorflow", "keras", "keras-tuner", "optuna", "numpy", "scikit-learn")


def command_line() -> cli_flags.CommandLine:
    """The flags of the benchmark."""
    line = cli_flags.CommandLine(__doc__)
    line.add("Run", "out", str | None, None, "folder for the results", "benchmarks/results")
    line.add("Run", "quick", bool, False, "a try on the embedded digits; its numbers say nothing")
    line.add("Data", "data_dir", str | None, None, "folder of TFDS datasets")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures, writes `search.json` and `search.csv`, prints the table."""
    quick, out = line.values["quick"].value, line.values["out"].value
    require(bool(out) or not quick, "--quick needs --out: its numbers say nothing.", out=out)
    settings = QUICK if quick else FULL
    flags = [
        *(f"--{name}={value}" for name, value in settings.items()),
        f"--space={SPACE}", "--validation_fraction=0.1", "--batch_size=100",
        "--model.filters=32,16",
    ]  # fmt: skip
    if line.values["data_dir"].value:
        flags.append(f"--data_dir={line.values['data_dir'].value}")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        timelines = {}
        for seed in SEEDS[quick]:
            images = str(top / f"images-{seed}.npz")
            _run(["-m", "benchmarks.search_images", images, *flags, f"--seed={seed}"])
            rows += _overhead(top, [*flags, f"--seed={seed}"], seed)
            timelines[OWN, seed] = _search(top, [*flags, f"--seed={seed}"], seed)
            for peer, module in PEERS.items():
                timelines[peer, seed] = _plain(module, top, settings, seed)
    rows += _times(timelines)
    facts = {
        "settings": {**settings, "seeds": list(SEEDS[quick])},
        "environment": recording.environment(PACKAGES),
        "summary": _summary(rows),
    }
    recording.save("search", rows, facts, Path(out) if out else recording.RESULTS)
    header = list(dict.fromkeys(column for row in rows for column in row))
    cells = [[_shown(row.get(column)) for column in header] for row in rows]
    print(recording.markdown(header, cells))
    for name, number in facts["summary"].items():
        print(f"{name}: {number:.3f}")


def _overhead(top: Path, flags: list[str], seed: int) -> list[dict]:
    """Seconds of a search by the default tuner, and of its candidates alone, trial by trial."""
    searched, bare = str(top / f"overhead-{seed}"), str(top / f"bare-{seed}")
    entries = {
        SEARCH: ("benchmarks.search_timed", [searched, *flags]),
        ALONE: ("benchmarks.search_bare", [searched, bare, *flags]),
    }
    seconds = dict.fromkeys(entries, 0.0)
    with referee.contest(entries) as contenders:
        over = False
        while not over:
            report = contenders[SEARCH].turn()
            over = report["over"]
            seconds[SEARCH] += report["seconds"]
            seconds[ALONE] += contenders[ALONE].turn()["seconds"]
    return [
        {"question": "overhead", "contender": name, "seed": seed, "seconds": spent}
        for name, spent in seconds.items()
    ]


def _search(top: Path, flags: list[str], seed: int) -> list[tuple[float, float]]:
    """Seconds and validation error of each epoch of a search by Hyperband."""
    out = top / f"search-{seed}"
    began = time.perf_counter()
    arguments = ["-m", "kerasae.search", *flags, "--tuner=hyperband", f"--out={out}"]
    log = top / f"search-{seed}.log"
    with log.open("w") as file:
        process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=file, stderr=file)
        timeline, seen = [], {}
        while True:
            over = process.poll() is not None
            for path in SearchDir(out).trials.glob("*/history.csv"):
                errors = [float(row["val_mse_per_pixel"]) for row in csv_files.read(path)]
                new = errors[seen.get(path, 0) :]
                timeline += [(time.perf_counter() - began, error) for error in new]
                seen[path] = len(errors)
            if over:
                break
            time.sleep(POLL_SECONDS)
    if process.returncode:
        raise RunError(f"The search failed: {log.read_text()[-2000:]}")
    return timeline


def _plain(module: str, top: Path, settings: dict, seed: int) -> list[tuple[float, float]]:
    """The same of a plain script; Keras Tuner takes a seed of 0 for none."""
    folder = top / f"{module}-{seed}"
    folder.mkdir()
    arguments = [
        str(top / f"images-{seed}.npz"),
        str(folder),
        settings["epochs"],
        settings["max_trials"],
        seed + 1,
    ]
    _run(["-m", module, *map(str, arguments)])
    with (folder / "timeline.csv").open(newline="", encoding="utf-8") as file:
        return [(float(seconds), float(error)) for seconds, error in csv.reader(file)]


def _times(timelines: dict[tuple[str, int], list[tuple[float, float]]]) -> list[dict]:
    """Seconds until each run reached the error that all of them reached."""
    target = max(min(error for _, error in timeline) for timeline in timelines.values())
    return [
        {
            "question": "time to an error",
            "contender": contender,
            "seed": seed,
            "seconds": min(seconds for seconds, error in timeline if error <= target),
            "error": target,
            "best_error": min(error for _, error in timeline),
            "whole_seconds": max(seconds for seconds, _ in timeline),
        }
        for (contender, seed), timeline in timelines.items()
    ]


def _summary(rows: list[dict]) -> dict[str, float]:
    """The answers, as medians over the seeds."""

    def median(contender: str, column: str = "seconds") -> float:
        return statistics.median(row[column] for row in rows if row["contender"] == contender)

    found = {"overhead of a search": median(SEARCH) / median(ALONE) - 1}
    for peer in PEERS:
        found[f"times faster than {peer} to the error"] = median(peer) / median(OWN)
        whole = median(peer, "whole_seconds") / median(OWN, "whole_seconds")
        found[f"times faster than {peer} in all"] = whole
    return found


def _run(arguments: list[str]) -> None:
    """Runs a Python process from the checkout."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RunError(f"{' '.join(arguments[:2])} failed: {done.stderr[-2000:]}")


def _shown(value: object) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    cli.run(command_line, main)
