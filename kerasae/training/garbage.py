"""Python's search for garbage, kept away from what is there anyway."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def old_left_alone() -> Iterator[None]:
    """Leaves what exists now out of the search for garbage until the block ends.

    TensorFlow and Keras alone are some 400,000 objects, and looking through
    them takes a quarter of a second, as long as twenty steps of a small model.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
