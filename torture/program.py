"""A program in a forked process, ended as Python ends it."""

import signal
import sys
import traceback
from collections.abc import Callable


def exit_code(program: Callable[[], object]) -> int:
    """Runs a program; its exit code, with the traceback on stderr where nothing caught it.

    Args:
        program: Returns, or raises SystemExit.
    """
    try:
        program()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        traceback.print_exc()
        return -signal.SIGINT
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
