"""`report` as a function."""

from pathlib import Path

from kerasae.api.call import Call, verb
from kerasae.verbs import report as settings


@verb(settings, "run_dir")
def report(call: Call) -> Path:
    """Draws the figures of a run, and writes its page.

    Returns:
        Path of the page, which needs nothing else.

    Raises:
        ConfigError: for figures that can't be.
        RunError: for a run that is damaged.
    """
    run, config = settings.plan(call.line)

    from kerasae.jobs import report as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        return job.report(run, config)
