"""Python's garbage collection, kept away from what stays anyway."""

import contextlib
import gc
from collections.abc import Iterator

# Collections of the middle generation between two of the oldest.
OLDEST_THRESHOLD = 1_000

_frozen = False  # Inside such a block; Python's own count of frozen objects needn't begin at 0.


@contextlib.contextmanager
def gc_frozen() -> Iterator[None]:
    """Leaves the objects that exist now out of garbage collection until the block ends.

    TensorFlow and Keras alone are some 400,000 objects, and looking through
    them takes a quarter of a second, as long as twenty steps of a small model.
    Inside another such block nothing changes.
    """
    global _frozen
    if _frozen:
        yield
        return
    thresholds, _frozen = gc.get_threshold(), True
    try:
        gc.freeze()
        # With little left to search, Python would search all of it every few thousand new objects.
        gc.set_threshold(*thresholds[:2], OLDEST_THRESHOLD)
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        _frozen = False
