"""`transfer` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, verb
from kerasae.verbs import transfer as settings

if TYPE_CHECKING:
    from kerasae.jobs.transfer import Transferred


@verb(settings, "saved_model", "dataset")
def transfer(call: Call) -> "Transferred":
    """Trains small classifiers on the codes of an exported encoder, without its run.

    Returns:
        What was reached, `reached.accuracies`, and the page.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a file that is damaged or foreign.
    """
    plan = settings.plan(call.line)

    from kerasae.jobs import transfer as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        return job.transfer(plan, call.command)
