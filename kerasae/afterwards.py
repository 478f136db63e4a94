"""What follows a result: its failure is said, and takes nothing down."""

import contextlib
import logging
from collections.abc import Iterator

from kerasae import interrupts

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def attempt(what: str) -> Iterator[None]:
    """Goes on when the block fails, with an error in the log: what, and why.

    For figures, pages and checks that come after hours of work whose result is
    already kept. A command line that logged an error ends with exit code 1,
    and not before it has reported its result.

    Args:
        what: What is made, at the beginning of a sentence: `The figure confusion`.

    Example:

    >>> with attempt("The figure confusion"):
    ...     raise ValueError("no room")
    """
    try:
        with interrupts.recognised():
            yield
    except Exception as error:  # Whatever it is, the result must not suffer.
        reason = (str(error).splitlines() or [""])[0][:500]
        logger.error("%s can't be made: %s", what, reason or type(error).__name__, exc_info=error)
