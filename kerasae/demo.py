"""Both experiments' models on the embedded digits: python -m kerasae.demo"""

import shutil
import sys
import time
from pathlib import Path

from kerasae import cli_flags, run_flags
from kerasae.config import require
from kerasae.run_dir import RunDir

USAGE = """Trains both experiments' models on real handwritten digits that come with scikit-learn
(no download, about a minute) and says what was made. An earlier demo in the same place
is replaced.

  python -m kerasae.demo
"""
EXPERIMENTS = Path(__file__).parents[1] / "experiments"
TITLES = {
    "cognition": 'pooled autoencoder of "Cognition Computation"',
    "ones_and_eights": 'tied autoencoder of "Reconstructing 1s and 8s", on 1s and 8s',
}


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.demo`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "run_dir", str, "runs/demo", "folder for everything that the demo makes")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Trains, then tells."""
    top = Path(line.values["run_dir"].value)
    require(
        (EXPERIMENTS / "cognition.flags").exists(),
        "The demo needs the folder experiments/ of kerasae's checkout.",
        experiments=EXPERIMENTS,
    )
    began = time.perf_counter()
    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.train_run import train_run

    metrics = {}
    for name, title in TITLES.items():
        print(f"{name}: {title}", file=sys.stderr)
        flags = f"--flagfile={EXPERIMENTS / f'demo_{name}.flags'}"
        experiment = cli_flags.CommandLine("")
        run_flags.define(experiment)
        experiment.parse(["demo", flags])
        run = RunDir(top / name)
        if run.holds_a_run:
            shutil.rmtree(run.path)
        run.create()
        command = cli_flags.command("train", flags, f"--run_dir={run.path}")
        metrics[name] = train_run(run_flags.read(experiment), run, command.split(), command)
    _tell(top, metrics, time.perf_counter() - began)


def _tell(top: Path, metrics: dict[str, dict], seconds: float) -> None:
    print(f"\nMade in {seconds:.0f} s, from 1,797 real handwritten digits:")
    for name, title in TITLES.items():
        measured = metrics[name]
        run = top / name
        print(
            f"\n  {title}\n"
            f"    {measured['parameters']:,} parameters, {measured['code_size']} numbers of code; "
            f"on images it never saw: MSE {measured['test_mse_per_pixel']:.4f} per pixel, "
            f"PSNR {measured['test_psnr_db']:.1f} dB, SSIM {measured['test_ssim']:.3f}\n"
            f"    {run}/figures/reconstructions.png   originals above reconstructions\n"
            f"    {run}/figures/loss_by_epoch.png     how it learned\n"
            f"    {run}/saved_model/                  takes raw uint8 images; signatures "
            "reconstruct, encode, decode\n"
            f"    {run}/model.keras                   for keras.saving.load_model, after "
            "import kerasae"
        )
    print(
        "\nNext: the published experiments, on MNIST (TFDS downloads it, or finds it in "
        "$TFDS_DATA_DIR):\n"
        "    .venv/bin/python -m kerasae.train --flagfile=experiments/cognition.flags "
        "--run_dir=runs/cognition\n"
        "    .venv/bin/python -m kerasae.train --help"
    )


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
