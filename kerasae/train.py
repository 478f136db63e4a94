"""Trains a convolutional autoencoder: python -m kerasae.train --flagfile=… --run_dir=…"""

import shlex
import sys

from kerasae import cli, cli_flags, tables
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs.metrics import Metrics
from kerasae.verbs import train

USAGE = """Trains a convolutional autoencoder on small images and leaves a run directory:
history, model, metrics, figures and a SavedModel.

  python -m kerasae.train --flagfile=experiments/cognition.flags --run_dir=runs/cognition
  python -m kerasae.train --dataset=digits --epochs=20 --model.latent_dim=16
  python -m kerasae.train --dataset=digits --model.tied=true --summary
"""
SUMMARY = (
    "show the model with shapes and parameters, both directions of tied layers too, and stop: "
    "nothing is written"
)


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.train`."""
    line = cli_flags.CommandLine(USAGE)
    train.define(line)
    line.add("Run", "summary", bool, False, SUMMARY)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Trains one run, or one a seed."""
    if line["summary"]:
        _show_model(line)
        return
    plan = train.plan(line)
    done, metrics = plan.finished(), {}
    if plan.workers.apart:
        done |= _train_in_workers(plan, done)
    for config, run in plan.runs:
        seed = config.training.seed
        metrics[seed] = done[seed] if seed in done else _train(plan, config, run)
        _summary(run, metrics[seed])
    if plan.config.seeds:
        print(plan.write_table(metrics), end="")


def _train(plan: train.TrainingPlan, run_config: RunConfig, run: RunDir) -> Metrics:
    """Trains one run, or goes on with it."""
    cli.import_tensorflow_quietly()
    from kerasae.jobs import train as job

    command, config = _command(), plan.config
    with cli.resumable(run.path, _resume_command(plan)):
        return job.train(
            run, run_config, command, config.resume, config.mirrored, plan.init_from,
            tensorboard=config.tensorboard,
        )  # fmt: skip


def _train_in_workers(plan: train.TrainingPlan, done: dict[int, Metrics]) -> dict[int, Metrics]:
    """Trains the runs that aren't done, several at a time."""
    from kerasae.jobs import seed_runs

    with cli.resumable(plan.top, _resume_command(plan)):
        return seed_runs.train(plan, done, _command())


def _command() -> list[str]:
    return ["python", "-m", "kerasae.train", *sys.argv[1:]]


def _resume_command(plan: train.TrainingPlan) -> str:
    """What to type to go on."""
    command = _command()
    return shlex.join(command if plan.config.resume else [*command, "--resume"])


def _show_model(line: cli_flags.CommandLine) -> None:
    """Prints the model of a run, and leaves no directory."""
    config = train.model_plan(line)
    cli.import_tensorflow_quietly()
    from kerasae.jobs.summary import summarize

    print(summarize(config), end="")


def _summary(run: RunDir, metrics: Metrics) -> None:
    error, psnr, ssim = map(
        tables.number, (metrics.test_mse_per_pixel, metrics.test_psnr_db, metrics.test_ssim)
    )
    print(
        f"{run.path}: {metrics.parameters:,} parameters, code of {metrics.code_size}, "
        f"{metrics.epochs} epochs; test MSE {error} per pixel, PSNR {psnr} dB, SSIM {ssim}"
    )


if __name__ == "__main__":
    cli.run(command_line, main)
