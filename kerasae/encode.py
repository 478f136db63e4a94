"""Applies an encoder to a dataset: python -m kerasae.encode --run_dir=… --out=codes.npz"""

import contextlib
import shlex
import sys

from kerasae import cli, cli_flags
from kerasae.verbs import encode
from kerasae.workers.makers import require_cluster

USAGE = """Writes codes, reconstruction errors and labels of a whole dataset to one .npz file, or to
Parquet files in a folder, however many images there are.

  python -m kerasae.encode --run_dir=runs/cognition --dataset=fashion_mnist --out=codes.npz
  python -m kerasae.encode --saved_model=saved_models/cognition/2 --dataset=mnist --out=codes
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.encode`."""
    line = cli_flags.CommandLine(USAGE)
    encode.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Encodes both splits."""
    plan = encode.plan(line)
    require_cluster(plan.workers)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import encode as job

    with contextlib.ExitStack() as stack:
        if not plan.is_file:
            command = ["python", "-m", "kerasae.encode", *sys.argv[1:]]
            again = shlex.join(command if plan.resume else [*command, "--resume"])
            stack.enter_context(cli.resumable(plan.out, again, "parts"))
        shapes = job.encode(plan)
    print(f"{plan.out}:")
    if not plan.is_file:
        rows = sum(count for (count,) in shapes.values())
        print(f"  {rows:,} images in {len(shapes):,} Parquet files")
        return
    for name, shape in shapes.items():
        print(f"  {name} {'x'.join(map(str, shape))}")


if __name__ == "__main__":
    cli.run(command_line, main)
