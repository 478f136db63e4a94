"""Proves the promises of BUILD.md by breaking things: make torture, or python -m torture"""

import contextlib
import dataclasses
import math
import shutil
import tempfile
import time
from pathlib import Path

from kerasae import cli, cli_flags, files, registry, wording
from kerasae.config import require, require_known
from torture import process
from torture.injection import PROMISES, Config, table, try_promise
from torture.stage import Stage

USAGE = """Injects faults into kerasae's commands, at random by a seed, and prints for each promise
how many there were, how many were survived and how many lost; each loss with what reproduces it.
Exits with 1 where anything was lost.

  python -m torture
  python -m torture --promises=damage --share=0.1
  python -m torture --promises=damage --seed=0 --only=17
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of the torture."""
    line = cli_flags.CommandLine(USAGE)
    names = registry.names(PROMISES)
    line.add("Faults", "promises", tuple[str, ...], names, "which promises to try")
    line.add("Faults", "seed", int, 0, "decides every fault")
    line.add("Faults", "share", float, 1.0, "scales all counts")
    line.add(
        "Faults", "only", tuple[int, ...], (), "only the faults of these numbers; all if empty"
    )
    line.add("Run", "time_limit", float, process.TIME_LIMIT, "a command that takes longer hangs")
    line.add("Run", "out", str | None, None, "folder for the table and the losses")
    line.add("Run", "stage", str | None, None, "folder that keeps what faults are injected into")
    return line


def main(line: cli_flags.CommandLine) -> int:
    """Tries promise by promise; 1 where anything was lost."""
    config = Config(**{field.name: line[field.name] for field in dataclasses.fields(Config)})
    require(bool(config.promises), "--promises must name at least one.", promises=config.promises)
    for name in config.promises:
        require_known("--promises", name, registry.names(PROMISES))
    require(0 < config.share < math.inf, "--share must be above 0.", share=config.share)
    began = time.monotonic()
    process.preload()
    with _folder(line["stage"]) as folder:
        stage = Stage(folder, line["time_limit"])
        rows = [try_promise(name, stage, config) for name in config.promises]
    print(f"\n{table(rows)}\n\nTried in {wording.duration(time.monotonic() - began)}.")
    if line["out"]:
        files.write_text(Path(line["out"]) / "promises.md", table(rows) + "\n")
        content = [dataclasses.asdict(row) for row in rows]
        files.write_json(Path(line["out"]) / "promises.json", content)
    return int(any(row.losses for row in rows))


@contextlib.contextmanager
def _folder(given: str | None):
    """Where the stage lies; what isn't kept goes at the end, also where it can't be read."""
    if given:
        Path(given).mkdir(parents=True, exist_ok=True)
        yield Path(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="kerasae-torture-"))
    folder.chmod(0o755)  # One of the users who are tried is another one.
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    cli.run(command_line, main)
