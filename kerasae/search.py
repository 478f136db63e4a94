"""Finds the encoder worth keeping: python -m kerasae.search --flagfile=… --out=DIR"""

import shlex
import sys
from collections import Counter

from kerasae import cli_flags, run_flags
from kerasae.config import require
from kerasae.tuning import checks, record
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig, check_given

USAGE = """Searches filter counts, latent size and what goes with them, and leaves a table of all
trials, the best ones as flagfiles for kerasae.train, and a page of pictures.

  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search
  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search --resume
  python -m kerasae.train --flagfile=runs/search/best.flags --run_dir=runs/best
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.search`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Search", "out", str | None, None, "folder for everything that the search makes")
    line.add("Search", "resume", bool, False, "go on with the search in --out; a finished one, "
             "with more --max_trials (but for hyperband) or with --confirm")  # fmt: skip
    line.add_dataclass("Search", SearchConfig)
    line.add(
        "Search",
        "confirm",
        int,
        0,
        "then train the best K and the published architecture once for each of --confirm_seeds, "
        "on all training images, and measure them on the test images",
    )
    line.add("Search", "confirm_seeds", tuple[int, ...], (0, 1, 2), "seeds for --confirm")
    run_flags.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Searches, tells what was found, and proves it where asked to."""
    value = {name: line.values[name].value for name in line.values}
    require(bool(value["out"]), "--out must name a folder for the search.", out=value["out"])
    seeds, confirm = value["confirm_seeds"], value["confirm"]
    require(confirm >= 0, "--confirm must be 0 or more.", confirm=confirm)
    require(
        bool(seeds) and len(set(seeds)) == len(seeds) and min(seeds) >= 0,
        "--confirm_seeds must be different numbers of 0 or more.",
        confirm_seeds=seeds,
    )
    search, config = line.make(SearchConfig), run_flags.read(line)
    check_given(search, line.given("median_stopping"))
    folder = SearchDir(value["out"])
    candidates = checks.candidates_of(search, config)
    current = checks.settings(search, candidates)
    checks.check_search_dir(folder, current, search.trials, value["resume"])

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.confirm import confirm as confirm_best
    from kerasae.jobs.search import Job, search_run
    from kerasae.tuning import ranking

    command = ["python", "-m", "kerasae.search", *sys.argv[1:]]
    resume_command = shlex.join(command if value["resume"] else [*command, "--resume"])
    job = Job(search, candidates, folder, command)
    with cli_flags.resumable(folder.path, resume_command):
        outcomes = search_run(job)
        _summary(folder, search, outcomes, ranking.ranked(outcomes, search.objective)[0])
        if confirm:
            print(confirm_best(job, outcomes, confirm, seeds), end="")


def _summary(folder: SearchDir, search: SearchConfig, outcomes, best) -> None:
    statuses = Counter(outcome.status for outcome in record.latest(outcomes))
    counts = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    measured = ", ".join(f"{name} {best.numbers[name]:,.6g}" for name in search.objective)
    train = cli_flags.command("train", f"--flagfile={folder.best_flags}", "--run_dir=NEW")
    print(
        f"{folder.path}: {sum(statuses.values())} trials ({counts})\n"
        f"best: trial {best.trial_id}, {measured}; {best.numbers['parameters']:,} parameters, "
        f"code of {best.numbers['code_size']}\n"
        f"to train it: {train}"
    )


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
