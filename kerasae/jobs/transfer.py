"""An exported encoder read out on a dataset."""

from pathlib import Path

from kerasae import afterwards
from kerasae.exporting.artefact import encoder, encoder_record
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.exporting.artefact.encoder import ArtefactEncoder
from kerasae.exporting.artefact.encoder_record import EncoderRecord
from kerasae.figures.drawing import draw
from kerasae.jobs.readout import figures_to_draw
from kerasae.readouts import features
from kerasae.readouts.codes import labelled
from kerasae.readouts.config import TransferConfig
from kerasae.readouts.read_out import read_out
from kerasae.reporting import page, transfer_page
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
        encoder_record.require_same(run, record)
        data, data_config = encoder.load_data(artefact, config.data, config.seed, config.image_size)
        data = labelled(data, data_config.dataset)
        encoder_record.write(run, record)
        read_out(artefact, data, data_config, config, {})
        for figure in figures_to_draw(config):
            with afterwards.attempt(f"The figure {figure} of {run.path}"):
                draw(run, figure)
        facts = transfer_page.Facts(
            encoder=artefact_config.saved_model,
            function=artefact.name,
            trained_on=trained_on,
            code_size=artefact.code.size,
            dataset=data.spec,
            environment=environment.describe(command),
        )
        path = page.path_of(run)
        with afterwards.attempt(f"The page {path}"):
            transfer_page.write(run, facts)
        return path


def _describe_encoder(config: ArtefactConfig, artefact: ArtefactEncoder) -> EncoderRecord:
    """The encoder for the record."""
    signature = artefact.name if config.path.is_dir() else None
    return EncoderRecord(
        saved_model=str(config.path),
        function=artefact.name,
        digest=features.digest(artefact.code.content(), {"signature": signature}),
    )
