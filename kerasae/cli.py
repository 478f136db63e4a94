"""What every command line does around its own work: exit codes, messages, logging, interrupts."""

import contextlib
import functools
import logging
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kerasae import interrupts, streams, wording
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, RunError
from kerasae.quiet import import_tensorflow_quietly as import_tensorflow_quietly
from kerasae.wording import shortened

HELP = ("--help", "-help", "-h", "--helpfull", "--helpshort")


def run(command_line: Callable[[], CommandLine], main: Callable[[CommandLine], int | None]) -> None:
    """Makes the flags, parses, runs `main`, and exits.

    Exit codes: 0 done, 1 failure, 2 bad input, 130 interrupted.

    Who stops reading what is printed, as `| head` does, or closed the stream
    before, changes neither the work nor the exit code.
    """
    failures: list[str] = []
    finish(functools.partial(_parse_and_run, command_line, main, failures), failures)


def finish(work: Callable[[], int | None], failures: Sequence[str] = ()) -> None:
    """Does some work and exits, as `run` does.

    Args:
        work: Gives the exit code, 0 where None.
        failures: What failed after the result; may grow meanwhile.
    """
    with streams.patient() as (stdout, _):
        with interrupts.kept():
            code = _outcome(work)
        stdout.flush()
        for failure in dict.fromkeys(failures):  # After the result, see `kerasae.afterwards`.
            code = _complain(failure, code or 1)
        if stdout.error and not isinstance(stdout.error, BrokenPipeError):
            _complain(f"What was to be shown can't be written: {stdout.error.strerror}.", 1)
            code = code or 1
    sys.exit(code)


def _parse_and_run(
    make: Callable[[], CommandLine],
    main: Callable[[CommandLine], int | None],
    failures: list[str],
) -> int | None:
    """Shows help, or does what a command line asks for; what failed after the result is added."""
    command_line = make()
    if any(argument in HELP for argument in sys.argv[1:]):
        with contextlib.suppress(ConfigError):  # Help comes first, whatever else is wrong.
            command_line.choose(sys.argv)
        print(command_line.help())
        return 0
    with _logged_to_stderr(failures):
        command_line.parse(sys.argv)
        return main(command_line)


def _outcome(work: Callable[[], int | None]) -> int:
    """The exit code of some work, after all its messages."""
    try:
        with interrupts.recognised():
            return work() or 0
    except ConfigError as error:
        return _complain(error, 2)
    except (RunError, OSError) as error:
        return _complain(error, 1)
    except KeyboardInterrupt as interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Another one ends the process at once.
        return _complain(interrupt if str(interrupt) else "Interrupted.", 130)
    except Exception as error:
        if _is_out_of_memory(error):
            return _complain("There is too little memory for this.", 1)
        return _complain(_unforeseen(error), 1)  # The last resort: a fault of the program.


def _is_out_of_memory(error: Exception) -> bool:
    """Whether Python, or TensorFlow where it is imported, got no memory."""
    tensorflow = sys.modules.get("tensorflow")
    kinds = (tensorflow.errors.ResourceExhaustedError,) if tensorflow else ()
    return isinstance(error, (MemoryError, *kinds))


def _unforeseen(error: Exception) -> str:
    """What to say of an error that nothing else explains, and where all of it can be read."""
    what = f"Unforeseen {type(error).__name__}: {shortened(str(error)) or 'no more is known'}."
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="kerasae-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError as unwritten:
        return f"{what} Its traceback can't be written: {unwritten.strerror}."
    return f"{what} Its traceback is in {file.name}."


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
def resumable(folder: Path, resume_command: str, work: str = "epochs") -> Iterator[None]:
    """Adds to an interrupt where finished work is kept and how to go on.

    Args:
        folder: Where it is kept.
        resume_command: What to type to go on.
        work: What is kept.
    """
    try:
        with interrupts.recognised():
            yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. Finished {work} are kept in {folder}. To go on: {resume_command}"
        ) from None


def _complain(message: object, code: int) -> int:
    print(f"kerasae: {wording.one_line(str(message))}", file=sys.stderr)
    return code
