"""Signs of life while something goes on that gives none itself, unless its process is stopped."""

import contextlib
import threading
from collections.abc import Callable, Iterator

SECONDS = 1.0


@contextlib.contextmanager
def beating(alive: Callable[[], None]) -> Iterator[None]:
    """Calls `alive` each second inside the block."""
    done = threading.Event()

    def beat():
        while not done.wait(SECONDS):
            with contextlib.suppress(OSError):
                alive()

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        done.set()
