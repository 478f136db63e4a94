"""GPUs of this machine, each lent to one worker at a time.

TensorFlow takes all memory of every GPU that its process sees, so no two workers may see the same.
"""

import itertools
import os
import subprocess
from collections.abc import Sequence

VISIBLE = "CUDA_VISIBLE_DEVICES"
HIDDEN = ("", "-1")  # Where CUDA ends to read the names.
ASK = ("nvidia-smi", "--query-gpu=uuid", "--format=csv,noheader")
SECONDS = 10


def visible() -> tuple[str, ...]:
    """GPUs that this process may use, by what `$CUDA_VISIBLE_DEVICES` calls them."""
    named = os.environ.get(VISIBLE)
    if named is not None:
        names = map(str.strip, named.split(","))
        return tuple(itertools.takewhile(lambda name: name not in HIDDEN, names))
    try:
        found = subprocess.run(ASK, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(found.stdout.split())


class Gpus:
    """What workers borrow from.

    Args:
        names: Of all GPUs.
        each: How many a worker gets.
    """

    def __init__(self, names: Sequence[str], each: int):
        self._free, self._each = list(names), each

    def lend(self) -> list[str]:
        """GPUs for one worker."""
        lent, self._free = self._free[: self._each], self._free[self._each :]
        return lent

    def take_back(self, lent: Sequence[str]) -> None:
        """Those of a worker that has ended; the next one gets them."""
        self._free = [*lent, *self._free]


def environment(lent: Sequence[str]) -> dict[str, str]:
    """The variable with which a process sees these GPUs alone."""
    return {VISIBLE: ",".join(lent)}
