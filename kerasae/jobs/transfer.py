"""An exported encoder read out on a dataset."""

import dataclasses
from pathlib import Path

from kerasae import files
from kerasae.config import RunError, require
from kerasae.exporting.artefact import encoder
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.exporting.artefact.encoder import ArtefactEncoder
from kerasae.figures.drawing import draw
from kerasae.jobs.readout import figures_to_draw
from kerasae.readouts import features
from kerasae.readouts.codes import labelled
from kerasae.readouts.config import TransferConfig
from kerasae.readouts.read_out import read_out
from kerasae.reporting import transfer_page
from kerasae.run_dir import RunDir
from kerasae.runs import environment


def transfer(
    artefact_config: ArtefactConfig,
    trained_on: str | None,
    run: RunDir,
    config: TransferConfig,
    command: list[str],
) -> Path:
    """Reads the codes out and writes results, figures and the page.

    Args:
        artefact_config: The encoder.
        trained_on: The dataset that it was trained on, from `check.training_dataset`.
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
        artefact = encoder.open_encoder(artefact_config, run, trained_on)
        record = _describe_encoder(artefact_config, artefact)
        _require_same_encoder(run, record)
        data, data_config = encoder.load_data(artefact, config.data, config.seed, config.image_size)
        data = labelled(data, data_config.dataset)
        files.write_json(run.encoder, record)
        read_out(artefact, data, data_config, config, {})
        for figure in figures_to_draw(config):
            draw(run, figure)
        return transfer_page.write(
            run,
            transfer_page.Facts(
                encoder=artefact_config.saved_model,
                function=artefact.name,
                trained_on=trained_on,
                code_size=artefact.code.size,
                dataset=dataclasses.asdict(data.spec),
                environment=environment.describe(command),
            ),
        )


def _describe_encoder(config: ArtefactConfig, artefact: ArtefactEncoder) -> dict[str, str]:
    """The encoder for the record, known by its content wherever it lies."""
    content = artefact.code.content()
    signature = artefact.name if config.path.is_dir() else None
    return {
        "saved_model": str(config.path),
        "function": artefact.name,
        "digest": features.digest(content, {"signature": signature}),
    }


def _require_same_encoder(run: RunDir, record: dict[str, str]) -> None:
    """Refuses a directory with the results of another encoder.

    They would come into one page and one figure as if they were this one's.

    Raises:
        ConfigError: where they are another encoder's, or it isn't known whose.
        RunError: where the record is damaged.
    """
    if not run.encoder.exists():
        require(
            not run.readouts.exists(),
            "--out holds results of an encoder that isn't recorded; give another folder.",
            out=run.path,
        )
        return
    before = files.read_json(run.encoder)
    if not isinstance(before, dict) or not before.keys() >= record.keys():
        raise RunError(f"{run.encoder} is damaged: it doesn't describe the encoder.")
    require(
        before["digest"] == record["digest"],
        f"--out holds results of another encoder, {before['saved_model']} ({before['function']}), "
        "or of what that was then; give another folder.",
        out=run.path,
        saved_model=record["saved_model"],
        function=record["function"],
    )
