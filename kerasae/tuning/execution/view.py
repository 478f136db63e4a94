"""What workers do at the moment, in one line."""

from kerasae.progress_bar import progress_bar
from kerasae.tuning.oracle import Proposal


class View:
    """A line on a terminal or in a notebook: each trial under way, with epoch and error.

    Args:
        workers: How many there are.
        dashboard: The address of the cluster's; None where there is none.
    """

    def __init__(self, workers: int, dashboard: str | None = None):
        self._workers, self._dashboard, self._bar = workers, dashboard, None

    def __call__(self, trials: list[tuple[Proposal, tuple[float, ...]]]) -> None:
        """Shows these trials and their errors so far; nothing of none."""
        if not trials:
            if self._bar is not None:
                self._bar.close()
            self._bar = None
            return
        if self._bar is None:
            self._bar = progress_bar("", total=1)
            self._bar.bar_format = "{desc}"
        self._bar.set_description_str(line(self._workers, trials, self._dashboard))


def line(
    workers: int,
    trials: list[tuple[Proposal, tuple[float, ...]]],
    dashboard: str | None = None,
) -> str:
    """The trials under way in words."""
    words = [f"{len(trials)} of {workers} workers"]
    for proposal, errors in trials:
        error = f" {errors[-1]:.5f}" if errors else ""
        words.append(f"trial {proposal.trial_id} epoch {len(errors)}/{proposal.epochs}{error}")
    return "  ".join([*words, *filter(None, [dashboard])])
