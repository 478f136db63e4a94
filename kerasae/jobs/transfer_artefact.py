"""Everything `kerasae.transfer` does: an exported encoder read out on a dataset."""

import dataclasses
from pathlib import Path

from kerasae.jobs import environment, open_artefact
from kerasae.jobs.readout_job import Wish, read_out_codes
from kerasae.reporting import transfer_page
from kerasae.run_dir import RunDir


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


def transfer(origin: Origin, run: RunDir, wish: Wish, command: list[str]) -> Path:
    """Reads the codes out and writes results, figures and the page.

    Args:
        origin: The encoder.
        run: The directory for results.
        wish: What is wanted.
        command: The command line, for the record.

    Returns:
        The page's path.
    """
    with run.locked():
        artefact = open_artefact.open_artefact(
            origin.path, origin.signature, run, origin.trained_on
        )
        data, used = open_artefact.load_data(artefact, wish.data, wish.resize, wish.seed)
        read_out_codes(artefact, data, used, wish)
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
