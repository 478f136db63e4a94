"""Tables of what `kerasae.evaluate` measured, or the command that measures it."""

from kerasae import names
from kerasae.evaluation import measured
from kerasae.run_dir import RunDir
from kerasae.tables import Table
from kerasae.wording import command

EVALUATE = "evaluate"


def table(run: RunDir, measure: str) -> Table:
    """The table that the measure recorded for pages.

    Raises:
        RunError: where its file is damaged or was written by an older kerasae.
    """
    if measure not in measured.names(run):
        title = names.title(measure).capitalize()
        missing = command(EVALUATE, f"--run_dir={run.path}", f"--measures={measure}")
        return Table(title, missing=missing)
    return measured.table(measured.read(run, measure))
