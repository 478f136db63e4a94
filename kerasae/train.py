"""Trains a convolutional autoencoder: python -m kerasae.train --flagfile=… --run_dir=…"""

import shlex
import sys
from pathlib import Path

from kerasae import cli, cli_flags, run_flags
from kerasae.config import require, require_seeds
from kerasae.data.dataset_name import DatasetName
from kerasae.run_dir import RunDir
from kerasae.runs import checks
from kerasae.runs import seeds as seed_runs
from kerasae.runs.guard import require_trainable

USAGE = """Trains a convolutional autoencoder on small images and leaves a run directory:
history, model, metrics, figures and a SavedModel.

  python -m kerasae.train --flagfile=experiments/cognition.flags --run_dir=runs/cognition
  python -m kerasae.train --dataset=digits --epochs=20 --model.latent_dim=16
"""
RUN_GROUP = "Run"


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.train`."""
    line = cli_flags.CommandLine(USAGE)
    line.add(
        RUN_GROUP,
        "run_dir",
        str | None,
        None,
        "folder for everything that the run makes",
        shown_default="runs/DATASET-MODEL-seed-SEED",
    )
    line.add(
        RUN_GROUP,
        "resume",
        bool,
        False,
        "go on with the run in --run_dir; starts it where there is none",
    )
    line.add(
        RUN_GROUP,
        "seeds",
        tuple[int, ...],
        (),
        "train once with each of these seeds, in --run_dir/seed-N, and write a table with mean "
        "and spread; in place of --seed",
    )
    line.add(
        RUN_GROUP,
        "mirrored",
        bool,
        False,
        "train on all GPUs of this machine, each on its share of every batch",
    )
    run_flags.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Trains one run, or one a seed."""
    seeds = line["seeds"]
    require(
        not (seeds and line.given("seed")),
        "--seed and --seeds can't be given together.",
        seed=line["seed"],
        seeds=seeds,
    )
    if seeds:
        require_seeds("seeds", seeds)
    resume = line["resume"]
    first = run_flags.read(line)
    name = f"{DatasetName.parse(first.data.dataset).path_part}-{first.model}"
    default = f"runs/{name}" + ("-seeds" if seeds else f"-seed-{first.training.seed}")
    top = Path(line["run_dir"] or default)
    runs = [(first, RunDir(top))]
    if seeds:
        runs = [(run_flags.read(line, seed=s), RunDir(seed_runs.folder(top, s))) for s in seeds]

    # All of them are checked before the first is trained, and before TensorFlow is imported.
    for config, run in runs:
        checks.check_image_size(config)
        require_trainable(run, config, resume)
    cli.import_tensorflow_quietly()
    from kerasae.jobs.train import train

    command = ["python", "-m", "kerasae.train", *sys.argv[1:]]
    resume_command = shlex.join(command if resume else [*command, "--resume"])
    metrics = {}
    for config, run in runs:
        with cli.resumable(run.path, resume_command):
            metrics[config.training.seed] = train(run, config, command, resume, line["mirrored"])
    for config, run in runs:
        _summary(run, metrics[config.training.seed])
    if seeds:
        print(seed_runs.write_table(top / "seeds", seed_runs.TRAINING_COLUMNS, metrics), end="")


def _summary(run: RunDir, metrics: dict) -> None:
    print(
        f"{run.path}: {metrics['parameters']:,} parameters, code of {metrics['code_size']}, "
        f"{metrics['epochs']} epochs; test MSE {metrics['test_mse_per_pixel']:.5f} per pixel, "
        f"PSNR {metrics['test_psnr_db']:.2f} dB, SSIM {metrics['test_ssim']:.3f}"
    )


if __name__ == "__main__":
    cli.run(command_line(), main)
