"""`encoder.json`: the exported encoder whose results a directory holds."""

import dataclasses

from kerasae import records
from kerasae.config import require
from kerasae.run_dir import RunDir


@dataclasses.dataclass(frozen=True)
class EncoderRecord:
    """An exported encoder, known by its content wherever it lies.

    Attributes:
        saved_model: Path of the file.
        function: Its signature, or the file's name.
        digest: Of its bytes and its signature.
    """

    saved_model: str
    function: str
    digest: str


def write(run: RunDir, record: EncoderRecord) -> None:
    """Writes `encoder.json`."""
    records.write(run.encoder, record)


def require_same(run: RunDir, record: EncoderRecord) -> None:
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
    before = records.read(run.encoder, EncoderRecord)
    require(
        before.digest == record.digest,
        f"--out holds results of another encoder, {before.saved_model} ({before.function}), "
        "or of what that was then; give another folder.",
        out=run.path,
        saved_model=record.saved_model,
        function=record.function,
    )
