"""Measures a trained autoencoder: python -m kerasae.evaluate --run_dir=… --measures=noise,attack"""

from kerasae import cli, cli_flags, tables
from kerasae.verbs import evaluate

USAGE = """Takes measures of a finished run into its folder evaluation/ and draws their figures.
What is measured already with the same settings is kept. With a folder of several seeds (from
kerasae.train --seeds), does so for each.

  python -m kerasae.evaluate --run_dir=runs/cognition
  python -m kerasae.evaluate --run_dir=runs/cognition --measures=anomaly \\
      --other_dataset=fashion_mnist
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.evaluate`."""
    line = cli_flags.CommandLine(USAGE)
    evaluate.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures one run, or one a seed."""
    config, runs = evaluate.plan(line)

    cli.import_tensorflow_quietly()
    from kerasae.evaluation import measured
    from kerasae.jobs import evaluate as job

    for seed, run in runs.items():
        if seed is not None:
            print(f"seed {seed}:")
        shown = [measured.table(measured.read(run, name)) for name in job.evaluate(run, config)]
        print("\n".join(map(tables.for_terminal, shown)), end="")


if __name__ == "__main__":
    cli.run(command_line, main)
