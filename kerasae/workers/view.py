"""What workers do at the moment, in one line."""

from collections.abc import Sequence

from kerasae.progress_bar import progress_bar
from kerasae.workers.worker import Task

# A task that a worker has, and its errors so far.
UnderWay = tuple[Task, tuple[float, ...]]


class View:
    """A line on a terminal or in a notebook: each task under way, and how far it is.

    Args:
        workers: How many there are.
        dashboard: The address of the cluster's; None where there is none.
    """

    def __init__(self, workers: int, dashboard: str | None = None):
        self._workers, self._dashboard, self._bar = workers, dashboard, None

    def __call__(self, tasks: Sequence[UnderWay]) -> None:
        """Shows these tasks; nothing of none."""
        if not tasks:
            if self._bar is not None:
                self._bar.close()
            self._bar = None
            return
        if self._bar is None:
            self._bar = progress_bar("", total=1)
            self._bar.bar_format = "{desc}"
        self._bar.set_description_str(line(self._workers, tasks, self._dashboard))


def line(workers: int, tasks: Sequence[UnderWay], dashboard: str | None = None) -> str:
    """The tasks under way in words."""
    words = [f"{len(tasks)} of {workers} workers"]
    words += [task.progress(errors) for task, errors in tasks]
    return "  ".join([*words, *filter(None, [dashboard])])
