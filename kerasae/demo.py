"""The published experiments' models on the embedded digits: python -m kerasae.demo"""

import sys
import time
from pathlib import Path

from kerasae import cli, cli_flags, tables, wording
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.run_dir import RunDir
from kerasae.runs import metrics
from kerasae.runs.metrics import Metrics

USAGE = """Runs the published experiments on real handwritten digits that come with
scikit-learn (no download, a few minutes): trains, reads out, measures, draws, and writes
one page each. What an earlier demo in the same place has done is not done again.

  python -m kerasae.demo
"""
SEED = 0


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.demo`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path("Run", "run_dir", "runs/demo", "folder for everything that the demo makes")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Runs each experiment that has a demo, then reports."""
    top = Path(line["run_dir"])
    overrides = {"dataset": experiments.DIGITS}
    shown = [experiment for experiment in experiments.load_all() if experiment.demo]
    configs = {experiment.name: experiment.config(SEED, overrides) for experiment in shown}
    began = time.perf_counter()
    cli.import_tensorflow_quietly()
    from kerasae.jobs.reproduce import reproduce

    reached = {}
    for experiment in shown:
        name = experiment.name
        print(f"{name}: {experiment.demo}", file=sys.stderr)
        run = RunDir(top / name)
        flags = [f"--experiment={name}", f"--dataset={experiments.DIGITS}", f"--run_dir={run.path}"]
        command = ["python", "-m", "kerasae.reproduce", *flags]
        with cli.resumable(run.path, wording.command("reproduce", *flags)):
            reproduce(run, configs[name], command)
        reached[name] = metrics.read(run)
    _report(top, shown, reached, time.perf_counter() - began)


def _report(
    top: Path, shown: list[Experiment], reached: dict[str, Metrics], seconds: float
) -> None:
    """Prints what was made, its place, its errors, and what to try next."""
    print(f"\nMade in {seconds:.0f} s, from real handwritten digits:")
    for experiment in shown:
        measured = reached[experiment.name]
        run = top / experiment.name
        print(
            f"\n  {experiment.demo}\n"
            f"    {measured.parameters:,} parameters, {measured.code_size} numbers of code; "
            f"on images it never saw: MSE {tables.number(measured.test_mse_per_pixel)} per pixel, "
            f"PSNR {tables.number(measured.test_psnr_db)} dB, "
            f"SSIM {tables.number(measured.test_ssim)}\n"
            f"    {run}/report/index.html   all of it on one page; the pictures are in figures/\n"
            f"    {run}/saved_model/        takes raw uint8 images; signatures reconstruct, "
            "encode, decode\n"
            f"    {run}/model.keras         for keras.saving.load_model, after import kerasae"
        )
    python = ".venv/bin/python -m"
    print(
        "\nNext: the published experiment on MNIST (TFDS downloads it, or finds it in\n"
        "$TFDS_DATA_DIR), or a model of your own:\n"
        f"    {python} kerasae.reproduce --experiment=cognition --run_dir=runs/cognition\n"
        f"    {python} kerasae.train --help\n"
        "A model of MNIST that lies here already, to draw on in a browser:\n"
        f"    {python} kerasae.play --saved_model=saved_models/cognition/2"
    )


if __name__ == "__main__":
    cli.run(command_line, main)
