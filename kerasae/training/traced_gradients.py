"""Many trainings in one process without keeping what the earlier ones traced.

For every traced function with a gradient of its own, TensorFlow 2.21 enters a
new name into a global list of gradients, and never takes one out. Through it
the traced step stays in memory, about 10 MB for each training, long after the
model is gone. There is no public way to take a name out.
"""

import contextlib
import gc
from collections.abc import Iterator

from tensorflow.python.framework import ops

# Names made up for traced functions end in a number; those of operations have no hyphen.
MADE_UP = "-"


@contextlib.contextmanager
def release_traced_gradients() -> Iterator[None]:
    """Takes out, at the end, the gradients of whatever was traced inside, and frees its memory.

    What was traced inside can't be differentiated anew after that.
    """
    gradients = ops.gradient_registry._registry
    before = set(gradients)
    try:
        yield
    finally:
        for name in set(gradients) - before:
            if MADE_UP in name:
                del gradients[name]
        gc.collect()  # Models and traced steps are circles of references.
