"""Ctrl-C wherever it comes: dropped by Python, or made another error by C code, it is one again."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator

AGAIN_SECONDS = 0.05
# pybind11, in which TensorFlow calls Python, of an error that it was about to raise.
REPLACED = "REPLACED BY KeyboardInterrupt"


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Interrupts again where Python drops an interrupt: it came while an object was cleared away.

    Where that is done, anything raised is printed and forgotten; so it comes a moment later, as a
    signal of the system's: that ends a wait, too, which `_thread.interrupt_main` doesn't.
    """
    before, timers = sys.unraisablehook, []

    def hook(unraisable):
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            before(unraisable)
            return
        timers.append(threading.Timer(AGAIN_SECONDS, _interrupt))
        timers[-1].daemon = True
        timers[-1].start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
        for timer in timers:
            timer.cancel()


@contextlib.contextmanager
def recognised() -> Iterator[None]:
    """Raises KeyboardInterrupt for an error that an interrupt became, or that stems from such."""
    try:
        yield
    except Exception as error:
        if _was_interrupt(error):
            raise KeyboardInterrupt from None
        raise


def _was_interrupt(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, RuntimeError) and REPLACED in str(error):
            return True
        # Python's own C code, where a call failed of which it expected nothing.
        if isinstance(error, SystemError) and isinstance(error.__cause__, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _interrupt() -> None:
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
