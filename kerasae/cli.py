"""What every command line does around its own work: exit codes, messages, logging, interrupts."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import absl.logging

from kerasae import wording
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, RunError
from kerasae.quiet import silenced

HELP = ("--help", "-help", "-h", "--helpfull", "--helpshort")


def run(command_line: CommandLine, main: Callable[[CommandLine], int | None]) -> None:
    """Parses, runs `main`, and exits: 0 done, 1 failure, 2 bad input, 130 interrupted."""
    if any(argument in HELP for argument in sys.argv[1:]):
        with contextlib.suppress(ConfigError):  # Help comes first, whatever else is wrong.
            command_line.choose(sys.argv)
        print(command_line.help())
        sys.exit(0)
    failures: list[str] = []
    try:
        with _logged_to_stderr(failures), contextlib.redirect_stdout(_Printable(sys.stdout)):
            command_line.parse(sys.argv)
            code = main(command_line) or 0
    except ConfigError as error:
        code = _complain(error, 2)
    except RunError as error:
        code = _complain(error, 1)
    except OSError as error:
        code = _complain(error, 1)
    except KeyboardInterrupt as interrupt:
        code = _complain(interrupt if str(interrupt) else "Interrupted.", 130)
    sys.stdout.flush()
    for failure in dict.fromkeys(failures):  # After the result, see `kerasae.afterwards`.
        code = _complain(failure, code or 1)
    sys.exit(code)


class _Printable(io.TextIOBase):
    """Standard output where no name from data or files commands the terminal."""

    def __init__(self, stream: io.TextIOBase):
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(wording.printable(text))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


class _Lines(logging.Handler):
    """Writes each message as a line to stderr, above the progress bars that are shown there.

    Errors are kept for the end, when the result has been reported.
    """

    def __init__(self, failures: list[str]):
        super().__init__()
        self._failures = failures

    def emit(self, record):
        from tqdm import tqdm

        if record.levelno >= logging.ERROR:
            self._failures.append(record.getMessage())
        else:
            tqdm.write(wording.printable(record.getMessage()), file=sys.stderr)


@contextlib.contextmanager
def _logged_to_stderr(failures: list[str]) -> Iterator[None]:
    """What the library logs goes to stderr, and nowhere else; errors are added to a list."""
    logger, handler = logging.getLogger("kerasae"), _Lines(failures)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


@contextlib.contextmanager
def resumable(folder: Path, resume_command: str) -> Iterator[None]:
    """Adds to an interrupt where finished work is kept and how to go on.

    Args:
        folder: Where it is kept.
        resume_command: What to type to go on.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. Finished epochs are kept in {folder}. To go on: {resume_command}"
        ) from None


def _complain(message: object, code: int) -> int:
    print(f"kerasae: {wording.one_line(str(message))}", file=sys.stderr)
    return code


def import_tensorflow_quietly() -> None:
    """Imports TensorFlow without the notes on its build that it prints before it can be silenced.

    Later it logs errors only; `TF_CPP_MIN_LOG_LEVEL` brings its C++ notes back.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    absl.logging.set_verbosity(absl.logging.ERROR)
    with silenced():
        import tensorflow as tf

        tf.config.list_physical_devices()  # Looks for GPUs, and says so.
        tf.get_logger().setLevel("ERROR")
