"""An exported encoder read out on a dataset."""

import dataclasses
from pathlib import Path

from kerasae import afterwards
from kerasae.exporting.artefact import encoder, encoder_record
from kerasae.exporting.artefact.encoder_record import EncoderRecord
from kerasae.figures.drawing import draw
from kerasae.jobs.readout import figures_to_draw
from kerasae.readouts.codes import labelled
from kerasae.readouts.read_out import ReadOut, read_out
from kerasae.reporting import page, transfer_page
from kerasae.runs import environment
from kerasae.verbs.transfer import TransferPlan


@dataclasses.dataclass(frozen=True)
class Transferred:
    """What an exported encoder was found to be good for.

    Attributes:
        page: Path of the page.
        reached: Accuracies of the heads.
    """

    page: Path
    reached: ReadOut


def transfer(plan: TransferPlan, command: list[str]) -> Transferred:
    """Reads the codes out and writes results, figures and the page.

    Args:
        plan: The encoder, what to read out, and the directory for results.
        command: The command line, for the record.

    Returns:
        What was reached.

    Raises:
        ConfigError: for a directory with another encoder's results, or data
            that this one can't be tried on.
        RunError: for a file that is damaged or foreign.
    """
    run, config = plan.run, plan.config
    run.path.mkdir(parents=True, exist_ok=True)
    with run.locked():
        artefact = encoder.open_encoder(plan.artefact, run, plan.trained_on)
        record = EncoderRecord(str(plan.artefact.path), artefact.name, artefact.digest)
        encoder_record.require_same(run, record)
        data, data_config = encoder.load_data(artefact, config.data, config.seed)
        data = labelled(data, data_config.dataset)
        encoder_record.write(run, record)
        reached = read_out(artefact, data, data_config, config, {})
        for figure in figures_to_draw(config):
            with afterwards.attempt(f"The figure {figure} of {run.path}"):
                draw(run, figure)
        facts = transfer_page.Facts(
            encoder=plan.artefact.saved_model,
            function=artefact.name,
            trained_on=plan.trained_on,
            code_size=artefact.code.size,
            dataset=data.spec,
            environment=environment.describe(command),
        )
        path = page.path_of(run)
        with afterwards.attempt(f"The page {path}"):
            transfer_page.write(run, facts)
        return Transferred(path, reached)
