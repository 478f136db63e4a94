"""Everything `kerasae.transfer` does: an exported encoder read out on a dataset."""

import dataclasses
from pathlib import Path

from kerasae import files
from kerasae.config import RunError, require
from kerasae.exporting import open_artefact
from kerasae.exporting.open_artefact import OpenArtefact
from kerasae.figures.drawing import draw
from kerasae.jobs.readout import figures_to_draw
from kerasae.readouts import features
from kerasae.readouts.codes import require_labels
from kerasae.readouts.config import TransferConfig
from kerasae.readouts.read_out import read_out
from kerasae.reporting import transfer_page
from kerasae.run_dir import RunDir
from kerasae.runs import environment


@dataclasses.dataclass(frozen=True)
class Origin:
    """The encoder.

    Attributes:
        path: A SavedModel's folder or a `.tflite` file.
        signature: Of the SavedModel; None for `encode`.
        trained_on: Name of a dataset, where it is known.
    """

    path: Path
    signature: str | None
    trained_on: str | None


def transfer(origin: Origin, run: RunDir, config: TransferConfig, command: list[str]) -> Path:
    """Reads the codes out and writes results, figures and the page.

    Args:
        origin: The encoder.
        run: The directory for results.
        config: What to read out.
        command: The command line, for the record.

    Returns:
        The page's path.

    Raises:
        ConfigError: for a directory with another encoder's results, or data
            that this one can't be tried on.
        RunError: for a file that is damaged or foreign.
    """
    with run.locked():
        artefact = open_artefact.open_artefact(
            origin.path, origin.signature, run, origin.trained_on
        )
        encoder = _encoder(origin, artefact)
        _check_results(run, encoder)
        data, data_config = open_artefact.load_data(
            artefact, config.data, config.seed, config.image_size
        )
        require_labels(data, data_config.dataset)
        files.write_json(run.encoder, encoder)
        read_out(artefact, data, data_config, config, {})
        for figure in figures_to_draw(config):
            draw(run, figure)
        return transfer_page.write(
            run,
            transfer_page.Facts(
                encoder=str(origin.path),
                function=artefact.name,
                trained_on=origin.trained_on,
                code_size=artefact.code.size,
                dataset=dataclasses.asdict(data.spec),
                environment=environment.describe(command),
            ),
        )


def _encoder(origin: Origin, artefact: OpenArtefact) -> dict[str, str]:
    """What makes the results, known by its content wherever it lies."""
    content = artefact.code.content()
    signature = artefact.name if origin.path.is_dir() else None
    return {
        "saved_model": str(origin.path),
        "function": artefact.name,
        "digest": features.digest(content, {"signature": signature}),
    }


def _check_results(run: RunDir, encoder: dict[str, str]) -> None:
    """Raises ConfigError where the results in a directory are another encoder's.

    They would come into one page and one figure as if they were this one's.
    """
    if not run.encoder.exists():
        require(
            not run.readouts.exists(),
            "--out holds results of an encoder that isn't recorded; give another folder.",
            out=run.path,
        )
        return
    before = files.read_json(run.encoder)
    if not isinstance(before, dict) or not before.keys() >= encoder.keys():
        raise RunError(f"{run.encoder} is damaged: it doesn't tell the encoder.")
    require(
        before["digest"] == encoder["digest"],
        f"--out holds results of another encoder, {before['saved_model']} ({before['function']}), "
        "or of what that was then; give another folder.",
        out=run.path,
        saved_model=encoder["saved_model"],
        function=encoder["function"],
    )
