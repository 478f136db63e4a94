"""Finds the encoder worth keeping: python -m kerasae.search --flagfile=… --out=DIR"""

import logging
import shlex
import sys
from collections import Counter

from kerasae import cli, cli_flags, wording
from kerasae.verbs import search

USAGE = """Searches filter counts, latent size and what goes with them, and leaves a table of all
trials, the best ones as flagfiles for kerasae.train, and a page of pictures.

  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search
  python -m kerasae.search --flagfile=search/flags/cognition.flags --out=runs/search --resume
  python -m kerasae.train --flagfile=runs/search/best.flags --run_dir=runs/best
"""
logger = logging.getLogger(__name__)


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.search`."""
    line = cli_flags.CommandLine(USAGE)
    search.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Searches, says what was found, and confirms it where asked to."""
    command, resume = ["python", "-m", "kerasae.search", *sys.argv[1:]], line["resume"]
    plan = search.plan(line, command)

    from kerasae.tuning import ended  # Imports NumPy, which --help does without.
    from kerasae.workers.makers import require_cluster

    found = ended.search(plan) if resume else None
    if found:
        logger.info("%s is already finished.", found.path)
        if not plan.search.confirm:
            _summary(found)
            return

    if not found:
        require_cluster(plan.search)
    cli.import_tensorflow_quietly()
    from kerasae.jobs import search as job
    from kerasae.jobs.confirm import confirm

    resume_command = shlex.join(command if resume else [*command, "--resume"])
    with cli.resumable(plan.folder.path, resume_command):
        _summary(found or job.search(plan, resume))
        if plan.search.confirm:
            print(confirm(plan), end="")


def _summary(found) -> None:
    """Says how the trials of a `kerasae.tuning.open_search.Search` ended, and which is best."""
    statuses, best = Counter(trial.status for trial in found.trials), found.ranked[0]
    counts = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    measured = ", ".join(
        f"{objective.label} {best.numbers[objective.name]:,.6g}" for objective in found.objectives
    )
    train = wording.command("train", f"--flagfile={found.folder.best_flags}", "--run_dir=NEW")
    print(
        f"{found.path}: {len(found.trials)} trials ({counts})\n"
        f"best: trial {best.trial_id}, {measured}; {best.numbers['parameters']:,} parameters, "
        f"code of {best.numbers['code_size']}\n"
        f"to train it: {train}"
    )


if __name__ == "__main__":
    cli.run(command_line, main)
