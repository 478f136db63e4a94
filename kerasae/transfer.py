"""Tries an exported encoder on a dataset: python -m kerasae.transfer --saved_model=… --out=…"""

import sys
from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.config import require
from kerasae.data import sources
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.readouts.config import HEADS, TransferConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks

USAGE = """Trains small classifiers on the codes of an exported encoder, without its run: a version
folder of kerasae.export, the folder of any SavedModel with a signature that makes codes of
images, or an encoder's .tflite file. Leaves results, figures and a page.

  python -m kerasae.transfer --saved_model=saved_models/cognition/1 --dataset=fashion_mnist \\
      --heads=linear,ffn --out=runs/transfer
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.transfer`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_dataclass("Encoder", ArtefactConfig)
    line.add_path("Results", "out", None, "folder for everything that is found")
    line.add_dataclass("Readout", TransferConfig)
    line.explain("dataset", sources.help_text())
    line.add_plugins(HEADS)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads the codes of one exported encoder out."""
    line.require("saved_model", "dataset", "out")
    config = line.make(TransferConfig, head_configs=line.make_plugin_configs(HEADS.flag))
    artefact, run = line.make(ArtefactConfig), RunDir(line["out"])
    checks.check_applied(config.data)
    trained_on = check.training_dataset(artefact)
    _check_out(run.path)

    cli.import_tensorflow_quietly()
    from kerasae.jobs.transfer import transfer

    run.path.mkdir(parents=True, exist_ok=True)
    command = ["python", "-m", "kerasae.transfer", *sys.argv[1:]]
    print(transfer(artefact, trained_on, run, config, command))


def _check_out(out: Path) -> None:
    """Raises ConfigError for a folder that can't be written or holds a training run."""
    checks.check_writable(out, out)
    require(
        not RunDir(out).holds_a_run,
        "--out must not be a run's directory, which kerasae.readout adds to.",
        out=out,
    )


if __name__ == "__main__":
    cli.run(command_line(), main)
