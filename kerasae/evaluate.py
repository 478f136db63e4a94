"""Measures a trained autoencoder: python -m kerasae.evaluate --run_dir=… --measures=noise,attack"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.evaluation.config import EvaluationConfig
from kerasae.runs import checks, seeds, settings
from kerasae.runs.guard import require_finished

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
    line.add_path("Run", "run_dir", None, "a finished run, or a folder of several seeds")
    line.add_dataclass("Measures", EvaluationConfig)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures one run, or one a seed."""
    line.require("run_dir")
    config = line.make(EvaluationConfig)
    runs = seeds.runs_in(Path(line["run_dir"]))
    for run in runs.values():
        require_finished(run)
        own = settings.read(run).data
        checks.check_other_dataset(config.other_dataset, own.dataset)
        checks.check_applied(config.place.applied(config.other_dataset), own)

    cli.import_tensorflow_quietly()
    from kerasae.jobs.evaluate import evaluate

    for seed, run in runs.items():
        if seed is not None:
            print(f"seed {seed}:")
        for summary in evaluate(run, config).values():
            for title, value in summary.items():
                print(f"{title:56s} {'none' if value is None else f'{value:.4f}'}")


if __name__ == "__main__":
    cli.run(command_line(), main)
