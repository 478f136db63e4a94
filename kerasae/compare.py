"""One table over runs: python -m kerasae.compare --run_dirs=runs/a,runs/b"""

from kerasae import cli, cli_flags
from kerasae.verbs import compare

USAGE = """Writes one table over finished runs as Markdown, CSV and a picture: errors, readouts,
transfer, measures, size and time, with mean and spread over seeds; pixels, PCA, the mean image,
an untrained and a supervised encoder are rows where the runs have those baselines.

  python -m kerasae.compare --run_dirs=runs/cognition,runs/tied --out=runs/comparison
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.compare`."""
    line = cli_flags.CommandLine(USAGE)
    compare.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads the runs and writes the table; nothing is computed anew."""
    plan = compare.plan(line)

    from kerasae.reporting import comparison

    print(comparison.write(comparison.rows(plan.groups), plan.out), end="")


if __name__ == "__main__":
    cli.run(command_line, main)
