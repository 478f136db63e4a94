"""Finds the encoder worth keeping: python -m kerasae.search --flagfile=… --out=DIR"""

import logging
import shlex
import sys
from collections import Counter

from kerasae import cli, cli_flags, run_flags, wording
from kerasae.tuning import guard, plan
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig, check_median_stopping

USAGE = """Searches filter counts, latent size and what goes with them, and leaves a table of all
trials, the best ones as flagfiles for kerasae.train, and a page of pictures.

  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search
  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search --resume
  python -m kerasae.train --flagfile=runs/search/best.flags --run_dir=runs/best
"""
HELD_OUT = "share of the training images that candidates are judged on, sampled by --seed; above 0"
SPACE_FIRST = (
    "What the space varies, of the model and of training, has the space's values; these flags and "
    "their defaults decide over all else."
)

logger = logging.getLogger(__name__)


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.search`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path("Search", "out", None, "folder for everything that it makes", required=True)
    line.add("Search", "resume", bool, False, "go on with the search in --out; a finished one, "
             "with more --max_trials (but for a tuner that plans with them, as hyperband does) or "
             "with --confirm")  # fmt: skip
    line.add_dataclass("Search", SearchConfig)
    run_flags.define(line)
    line.explain("validation_fraction", HELD_OUT, "required, as in 0.1")
    line.note("Model", SPACE_FIRST)
    return line


def plan_of(line: cli_flags.CommandLine, command: list[str]) -> SearchPlan:
    """The search that parsed flags ask for."""
    search = line.make(SearchConfig)
    if line.given("median_stopping"):
        check_median_stopping(search)
    candidates = plan.candidates(search, run_flags.read(line))
    return SearchPlan(search, candidates, SearchDir(line["out"]), command)


def main(line: cli_flags.CommandLine) -> None:
    """Searches, says what was found, and confirms it where asked to."""
    command, resume = ["python", "-m", "kerasae.search", *sys.argv[1:]], line["resume"]
    planned = plan_of(line, command)
    guard.require_searchable(planned, resume)
    for name in planned.candidates.space.unconditional:
        if name in line.values and line.given(name):
            space = planned.search.space
            logger.warning("--%s doesn't count: --space=%s decides over it.", name, space)

    cli.import_tensorflow_quietly()
    from kerasae.jobs.confirm import confirm
    from kerasae.jobs.search import search

    resume_command = shlex.join(command if resume else [*command, "--resume"])
    with cli.resumable(planned.folder.path, resume_command):
        _summary(search(planned, resume))
        if planned.search.confirm:
            print(confirm(planned), end="")


def _summary(found) -> None:
    """Says how the trials of a `kerasae.tuning.open_search.Search` ended, and which is best."""
    statuses, best = Counter(trial.status for trial in found.trials), found.ranked[0]
    counts = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    measured = ", ".join(
        f"{objective.name} {best.numbers[objective.name]:,.6g}" for objective in found.objectives
    )
    train = wording.command("train", f"--flagfile={found.folder.best_flags}", "--run_dir=NEW")
    print(
        f"{found.path}: {len(found.trials)} trials ({counts})\n"
        f"best: trial {best.trial_id}, {measured}; {best.numbers['parameters']:,} parameters, "
        f"code of {best.numbers['code_size']}\n"
        f"to train it: {train}"
    )


if __name__ == "__main__":
    cli.run(command_line(), main)
