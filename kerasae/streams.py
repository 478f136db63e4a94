"""Standard streams that take no work down: closed, full, or of few characters."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from kerasae import wording


class PatientStream:
    """A text stream that keeps its first error instead of raising it.

    What it can't encode it writes as `?` or as an escape. All else is the
    stream's own.

    Args:
        stream: The stream.
        shown: From text to what is written of it.

    Attributes:
        error: The first OSError of a write; None while all went well.
    """

    def __init__(self, stream: Any, shown: Callable[[str], str] = str):
        self._stream, self._shown = stream, shown
        self.error: OSError | None = None
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if stream.errors == "strict" else stream.errors)

    def write(self, text: str) -> int:
        """Writes, or notes why not."""
        if not self.error:
            with self._noted():
                self._stream.write(self._shown(text))
        return len(text)

    def flush(self) -> None:
        """Flushes, or notes why not."""
        if not self.error:
            with self._noted():
                self._stream.flush()

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def patient() -> Iterator[tuple[PatientStream, PatientStream]]:
    """Puts patient streams in the place of stdout and stderr.

    What is printed commands no terminal, whatever names of data and files are
    in it. Progress bars on stderr do: what is logged is cleaned before.

    A stream that was closed before the program began leads nowhere: otherwise
    the next file that is opened would get its number, and all that libraries
    print.

    Yields:
        stdout and stderr.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            _lead_nowhere(number)
    before = sys.stdout, sys.stderr
    made = tuple(
        PatientStream(stream or os.fdopen(number, "w", errors="replace", closefd=False), shown)
        for number, (stream, shown) in enumerate(
            zip(before, (wording.printable, str), strict=True), start=1
        )
    )
    sys.stdout, sys.stderr = made
    try:
        yield made
    finally:
        sys.stdout, sys.stderr = before
        for number, (stream, new) in enumerate(zip(before, made, strict=True), start=1):
            new.flush()
            # Python flushes its own streams when it ends, and would fail again.
            if new.error and stream in (sys.__stdout__, sys.__stderr__):
                _lead_nowhere(number)


def _lead_nowhere(number: int) -> None:
    """Makes a standard stream's number that of a device that takes everything and gives nothing."""
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing == number:
        os.set_inheritable(number, True)
    else:
        os.dup2(nothing, number)
        os.close(nothing)
