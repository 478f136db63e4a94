"""Measures a trained autoencoder: python -m kerasae.evaluate --run_dir=… --measures=noise,attack"""

from kerasae import cli, cli_flags
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
    from kerasae.jobs import evaluate as job

    for seed, run in runs.items():
        if seed is not None:
            print(f"seed {seed}:")
        for summary in job.evaluate(run, config).values():
            for title, value in summary.items():
                print(f"{title:56s} {'none' if value is None else f'{value:.4f}'}")


if __name__ == "__main__":
    cli.run(command_line(), main)
