"""Python's search for garbage, kept away from what is there anyway."""

import contextlib
import gc
from collections.abc import Iterator

# Between two searches of everything that is not left alone.
SEARCHES_OF_THE_YOUNG = 1_000

_inside = False  # such a block; Python's own count of what is left alone needn't begin at 0


@contextlib.contextmanager
def old_left_alone() -> Iterator[None]:
    """Leaves what exists now out of the search for garbage until the block ends.

    TensorFlow and Keras alone are some 400,000 objects, and looking through
    them takes a quarter of a second, as long as twenty steps of a small model.
    Inside another such block nothing changes.
    """
    global _inside
    if _inside:
        yield
        return
    thresholds, _inside = gc.get_threshold(), True
    try:
        gc.freeze()
        # With little left to search, Python would search all of it every few thousand new objects.
        gc.set_threshold(*thresholds[:2], SEARCHES_OF_THE_YOUNG)
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        _inside = False
