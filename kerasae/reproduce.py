"""Runs a whole published experiment: python -m kerasae.reproduce --experiment=cognition"""

import shlex
import sys

from kerasae import cli, cli_flags
from kerasae.verbs import reproduce

USAGE = """Trains a published experiment, reads its code out, tries it on another dataset, measures,
draws and ends with one page of all results. The same command again goes on where it was.

  python -m kerasae.reproduce --experiment=cognition --run_dir=runs/cognition
  python -m kerasae.reproduce --experiment=ones_and_eights --dataset=digits
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.reproduce`."""
    line = cli_flags.CommandLine(USAGE)
    reproduce.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Runs the experiment, once a seed."""
    plan = reproduce.plan(line)
    command = ["python", "-m", "kerasae.reproduce", *sys.argv[1:]]
    if plan.workers.apart:
        from kerasae.jobs import seed_runs

        with cli.resumable(plan.top, shlex.join(command)):
            pages = seed_runs.reproduce(plan, command)
        print(*pages, sep="\n")
    else:
        _one_by_one(plan, command)
    if len(plan.runs) > 1:
        from kerasae.reporting import comparison

        print(comparison.write(comparison.rows(plan.folders), plan.top), end="")


def _one_by_one(plan: reproduce.ReproductionPlan, command: list[str]) -> None:
    """Does each run in this process, and says where its page is."""
    cli.import_tensorflow_quietly()
    from kerasae.jobs import reproduce as job

    for config, run in plan.runs.values():
        with cli.resumable(run.path, shlex.join(command)):
            page = job.reproduce(run, config, command)
        print(page)


if __name__ == "__main__":
    cli.run(command_line, main)
