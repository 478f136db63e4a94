"""One table over runs: python -m kerasae.compare --run_dirs=runs/a,runs/b"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.reporting.config import ComparisonConfig
from kerasae.runs import seeds
from kerasae.runs.guard import require_finished

USAGE = """Writes one table over finished runs as Markdown, CSV and a picture: errors, readouts,
transfer, measures, size and time, with mean and spread over seeds; pixels, PCA, the mean image,
an untrained and a supervised encoder are rows where the runs have those baselines.

  python -m kerasae.compare --run_dirs=runs/cognition,runs/tied --out=runs/comparison
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.compare`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_dataclass("Comparison", ComparisonConfig)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads the runs and writes the table; nothing is computed anew."""
    config = line.make(ComparisonConfig)
    groups = {}
    for folder in config.run_dirs:
        found = seeds.runs_in(Path(folder))
        for run in found.values():
            require_finished(run)
        seeds.check_alike(found)
        groups[config.row_name(folder)] = list(found.values())

    from kerasae.reporting import comparison

    print(comparison.write(comparison.rows(groups), Path(config.out)), end="")


if __name__ == "__main__":
    cli.run(command_line(), main)
