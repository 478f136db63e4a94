"""Applies an encoder to a dataset: python -m kerasae.encode --run_dir=… --out=codes.npz"""

import os
from pathlib import Path

from kerasae import cli_flags, run_flags
from kerasae.config import require
from kerasae.jobs import checks
from kerasae.run_dir import RunDir

USAGE = """Writes codes, reconstruction errors and labels of a whole dataset to one .npz file.

  python -m kerasae.encode --run_dir=runs/cognition --dataset=fashion_mnist --out=codes.npz
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.encode`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "run_dir", str | None, None, "a finished run")
    line.add("Run", "out", str, "codes.npz", "the file to write; an older one is replaced")
    run_flags.define_applied_data(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Encodes both splits."""
    run_dir, out = line.values["run_dir"].value, Path(line.values["out"].value)
    require(run_dir is not None, "--run_dir must be given.", run_dir=run_dir)
    require(out.suffix == ".npz", "--out must end in .npz.", out=out)
    require(not out.is_dir(), "--out must be a file.", out=out)
    there = next(folder for folder in out.absolute().parents if folder.exists())
    require(there.is_dir() and os.access(there, os.W_OK), "--out can't be written.", out=out)
    run = RunDir(run_dir)
    checks.check_finished(run)
    wanted = run_flags.read_applied_data(line, checks.config_of(run).data.dataset)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs import encode_run

    shapes = encode_run.encode(run, wanted, line.values["resize"].value, out)
    print(f"{out}:")
    for name, shape in shapes.items():
        print(f"  {name} {'x'.join(map(str, shape))}")


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
