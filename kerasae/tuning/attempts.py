"""Trials that kill the process they run in, told apart from those whose process was killed.

A system short of memory ends the whole process, and going on with the same
trial would end the next one too. But a process can be killed at any moment for
other reasons, and its trial must not suffer for that.
"""

import dataclasses
import logging
import os
from pathlib import Path

from kerasae import records
from kerasae.config import RunError
from kerasae.workers.oom import oom_kills

logger = logging.getLogger(__name__)

# Deaths without a finished epoch before a trial is given up: those in which the system ended a
# process for lack of memory, and all of them, as one that crashes the process does so for ever.
MAX_OOM_KILLS = 3
MAX_DEATHS = 10


@dataclasses.dataclass(frozen=True)
class Attempts:
    """Starts of a trial since its last finished epoch.

    Attributes:
        epochs: The trial's finished epochs.
        deaths: How often the process ended without a word.
        oom_kills: In how many of them the system ended one for lack of memory.
        kills: How many it had ended when the last attempt began.
    """

    epochs: int
    deaths: int = 0
    oom_kills: int = 0
    kills: int = 0


def register_attempt(path: Path, epochs: int) -> str | None:
    """Registers that a trial starts; returns why it should be given up, where it should.

    Args:
        path: The trial's notes, which are removed whenever a process ends by itself.
        epochs: The trial's finished epochs.
    """
    earlier, now = _read(path), Attempts(epochs, kills=oom_kills())
    if earlier and earlier.epochs == epochs:
        starved = now.kills > earlier.kills
        now = dataclasses.replace(
            now, deaths=earlier.deaths + 1, oom_kills=earlier.oom_kills + starved
        )
    if now.oom_kills >= MAX_OOM_KILLS:
        return (
            f"out of memory: {now.oom_kills} times the process died in epoch {epochs + 1} and the "
            "system ended one for lack of memory"
        )
    if now.deaths >= MAX_DEATHS:
        return f"the process died {now.deaths} times in epoch {epochs + 1} without a word"
    records.write(path, now)
    return None


def _read(path: Path) -> Attempts | None:
    """The notes; None where there are none, or none that can be believed.

    Counting anew can't harm: no trial is given up for it, only later than it
    might have been, and no death damages notes that are written whole or not at all.
    """
    if not os.path.lexists(path):
        return None
    try:
        return records.read(path, Attempts)
    except RunError as error:
        logger.warning("%s The trial's deaths are counted anew.", error)
        return None
