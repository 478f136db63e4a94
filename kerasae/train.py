"""Trains a convolutional autoencoder: python -m kerasae.train --flagfile=… --run_dir=…"""

import dataclasses
import shlex
import sys
from pathlib import Path

from kerasae import cli, cli_flags, run_flags
from kerasae.config import RunConfig, require
from kerasae.data.dataset_name import DatasetName
from kerasae.run_dir import RunDir
from kerasae.runs import checks
from kerasae.runs import seeds as seed_runs
from kerasae.runs.guard import require_trainable
from kerasae.runs.metrics import Metrics
from kerasae.training.config import TrainConfig

USAGE = """Trains a convolutional autoencoder on small images and leaves a run directory:
history, model, metrics, figures and a SavedModel.

  python -m kerasae.train --flagfile=experiments/cognition.flags --run_dir=runs/cognition
  python -m kerasae.train --dataset=digits --epochs=20 --model.latent_dim=16
  python -m kerasae.train --dataset=digits --model.tied=true --summary
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.train`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_dataclass("Run", TrainConfig)
    run_flags.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Trains one run, or one a seed."""
    config = line.make(TrainConfig)
    require(
        not (config.seeds and line.given("seed")),
        "--seed and --seeds can't be given together.",
        seed=line["seed"],
        seeds=config.seeds,
    )
    first = run_flags.read(line)
    if config.summary:
        _show_model(first)
        return
    top = Path(config.run_dir or _default_place(first, several=bool(config.seeds)))
    runs = [(first, RunDir(top))]
    if config.seeds:
        runs = [
            (run_flags.read(line, seed=seed), RunDir(seed_runs.folder(top, seed)))
            for seed in config.seeds
        ]

    # All of them are checked before the first is trained, and before TensorFlow is imported.
    for run_config, run in runs:
        checks.check_image_size(run_config)
        require_trainable(run, run_config, config.resume)
    cli.import_tensorflow_quietly()
    from kerasae.jobs.train import train

    command = ["python", "-m", "kerasae.train", *sys.argv[1:]]
    resume_command = shlex.join(command if config.resume else [*command, "--resume"])
    metrics = {}
    for run_config, run in runs:
        with cli.resumable(run.path, resume_command):
            metrics[run_config.training.seed] = train(
                run, run_config, command, config.resume, config.mirrored,
                tensorboard=config.tensorboard,
            )  # fmt: skip
        _summary(run, metrics[run_config.training.seed])
    if config.seeds:
        rows = {seed: dataclasses.asdict(reached) for seed, reached in metrics.items()}
        print(seed_runs.write_table(top / "seeds", seed_runs.TRAINING_COLUMNS, rows), end="")


def _show_model(config: RunConfig) -> None:
    """Prints the model of a run, and leaves no directory."""
    checks.check_image_size(config)
    cli.import_tensorflow_quietly()
    from kerasae.jobs.summary import summarize

    print(summarize(config), end="")


def _default_place(config: RunConfig, several: bool) -> str:
    """The run directory where none is given."""
    name = f"{DatasetName.parse(config.data.dataset).path_part}-{config.model}"
    return f"runs/{name}-seeds" if several else f"runs/{name}-seed-{config.training.seed}"


def _summary(run: RunDir, metrics: Metrics) -> None:
    print(
        f"{run.path}: {metrics.parameters:,} parameters, code of {metrics.code_size}, "
        f"{metrics.epochs} epochs; test MSE {metrics.test_mse_per_pixel:.5f} per pixel, "
        f"PSNR {metrics.test_psnr_db:.2f} dB, SSIM {metrics.test_ssim:.3f}"
    )


if __name__ == "__main__":
    cli.run(command_line(), main)
