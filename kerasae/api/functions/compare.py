"""`compare` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, verb
from kerasae.verbs import compare as settings

if TYPE_CHECKING:
    from kerasae.reporting.comparison import Row


@verb(settings, "run_dirs")
def compare(call: Call) -> "list[Row]":
    """Writes one table over finished runs, as Markdown, CSV and a picture.

    Returns:
        Its rows: means and spreads by column, a row a run or folder of several seeds, with its
        baselines below it.

    Raises:
        ConfigError: for runs that can't stand in one table.
        RunError: for a run that is damaged.
    """
    plan = settings.plan(call.line)

    from kerasae.reporting import comparison

    rows = comparison.rows(plan.groups)
    comparison.write(rows, plan.out)
    return rows
