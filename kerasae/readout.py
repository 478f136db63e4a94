"""Trains readouts on a frozen encoder: python -m kerasae.readout --run_dir=… --heads=linear,ffn"""

from kerasae import cli, cli_flags, tables
from kerasae.verbs import readout

USAGE = """Trains small classifiers on the codes of a frozen encoder and shows what they get right.
With a folder of several seeds (from kerasae.train --seeds), does so for each and writes a
table with mean and spread.

  python -m kerasae.readout --run_dir=runs/cognition --heads=linear,ffn
  python -m kerasae.readout --run_dir=runs/cognition --heads=ffn --ffn.hidden=256
  python -m kerasae.readout --run_dir=runs/cognition --dataset=fashion_mnist
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.readout`."""
    line = cli_flags.CommandLine(USAGE)
    readout.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads out one run, or one a seed."""
    plan = readout.plan(line)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import readout as job

    by_seed = {}
    for seed, run in plan.runs.items():
        by_seed[seed] = job.readout(run, plan.config)
        if seed is None:
            print("\n".join(map(tables.for_terminal, by_seed[seed].tables)), end="")
            return
    print(plan.write_table(by_seed), end="")


if __name__ == "__main__":
    cli.run(command_line, main)
