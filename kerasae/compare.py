"""One table over runs: python -m kerasae.compare --run_dirs=runs/a,runs/b"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.config import require
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
    line.add(
        "Comparison",
        "run_dirs",
        tuple[str, ...],
        (),
        "finished runs, or folders of several seeds, which become one row each",
    )
    line.add("Comparison", "out", str, "runs/comparison", "folder for table.md, .csv and .png")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads the runs and writes the table; nothing is computed anew."""
    wanted, out = line.values["run_dirs"].value, Path(line.values["out"].value)
    require(bool(wanted), "--run_dirs must name at least one run.", run_dirs=wanted)
    require(not out.is_file(), "--out must be a folder.", out=out)
    groups = {}
    for folder in wanted:
        found = seeds.runs_in(Path(folder))
        for run in found.values():
            require_finished(run)
        seeds.check_alike(found)
        name = Path(folder).resolve().name
        require(name not in groups, "--run_dirs must have different names.", run_dirs=wanted)
        groups[name] = list(found.values())

    from kerasae.reporting import comparison

    print(comparison.write(comparison.rows(groups), out), end="")


if __name__ == "__main__":
    cli.run(command_line(), main)
