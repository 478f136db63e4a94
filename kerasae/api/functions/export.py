"""`export` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, verb
from kerasae.verbs import export as settings

if TYPE_CHECKING:
    from kerasae.api.export import Export


@verb(settings, "run_dir", "name")
def export(call: Call) -> "Export":
    """Publishes the next version of a run as files that stand alone, or checks one.

    Returns:
        The version, opened; of `verify` the one that was checked.

    Raises:
        ConfigError: for settings that can't be.
        RunError: for files that fall short; nothing is published then.
    """
    from kerasae.api.export import Export

    folder = settings.to_verify(call.line)
    if folder is not None:
        from kerasae.exporting import verify
        from kerasae.training.seeding import caller_left_alone

        with caller_left_alone():
            verify.verify(folder)
        return Export(folder)
    plan = settings.plan(call.line)

    from kerasae.jobs import export as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        published, _ = job.export(plan.run, plan.folder, plan.config)
    return Export(published)
