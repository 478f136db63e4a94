"""`search` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, interruptible, verb
from kerasae.verbs import search as settings

if TYPE_CHECKING:
    from kerasae.tuning.open_search import Search


@verb(settings, "dataset")
def search(call: Call) -> "Search":
    """Searches the encoder worth keeping, and leaves its directory.

    Returns:
        The search as it is on disk: `ranked` holds its completed trials, the best first.

    Raises:
        ConfigError: for images, settings or a space that can't be.
        RunError: for a search that can't go on.
    """
    plan = settings.plan(call.line, call.command)

    from kerasae.jobs import search as job
    from kerasae.jobs.confirm import confirm
    from kerasae.training.seeding import caller_left_alone
    from kerasae.tuning import ended
    from kerasae.tuning.open_search import open_search
    from kerasae.workers.makers import require_cluster

    with interruptible(plan.folder.path), caller_left_alone():
        found = ended.search(plan)
        if not found:
            require_cluster(plan.search)
            found = job.search(plan, call.line["resume"])
        if plan.search.confirm:
            confirm(plan)
            found = open_search(plan.folder.path)
    return found
