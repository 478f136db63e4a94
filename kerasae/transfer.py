"""Tries an exported encoder on a dataset: python -m kerasae.transfer --saved_model=… --out=…"""

import sys

from kerasae import cli, cli_flags, tables
from kerasae.verbs import transfer

USAGE = """Trains small classifiers on the codes of an exported encoder, without its run: a version
folder of kerasae.export, the folder of any SavedModel with a signature that makes codes of
images, or an encoder's .tflite file. Leaves results, figures and a page.

  python -m kerasae.transfer --saved_model=saved_models/cognition/2 --dataset=fashion_mnist \\
      --heads=linear,ffn --out=runs/transfer
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.transfer`."""
    line = cli_flags.CommandLine(USAGE)
    transfer.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads the codes of one exported encoder out."""
    plan = transfer.plan(line)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import transfer as job

    command = ["python", "-m", "kerasae.transfer", *sys.argv[1:]]
    found = job.transfer(plan, command)
    print("\n".join(map(tables.for_terminal, found.reached.tables)))
    print(found.page)


if __name__ == "__main__":
    cli.run(command_line, main)
