"""Commands of kerasae as forked children of this process, which has imported what they need.

A command imports TensorFlow for seconds and then works for one. `preload` imports it once, with
all that the verbs use, and runs no operation: threads that it would start are not forked.
"""

import atexit
import contextlib
import dataclasses
import importlib
import io
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from torture.program import exit_code
from torture.standby import Standby

# What a verb imports when it comes to it.
IMPORTED_LATE = (
    "ai_edge_litert.interpreter", "matplotlib.backends.backend_agg", "matplotlib.pyplot",
    "scipy.io", "sklearn.datasets", "sklearn.ensemble", "sklearn.inspection",
    "tensorboard.plugins.hparams.api",
)  # fmt: skip
# A command that takes longer hangs.
TIME_LIMIT = 30.0
POLL = 0.005


def preload() -> None:
    """Imports TensorFlow and everything of kerasae that a verb may import later."""
    from kerasae import cli, registry

    cli.import_tensorflow_quietly()
    packages = ("HEADS", "MEASURES", "PROBES", "PLOTS", "SEARCH_PLOTS", "TUNERS", "TARGETS")
    for package in packages:
        registry.load_all(getattr(registry, package))
    for package in (registry.SOURCES, registry.FAMILIES, registry.OBJECTIVES, "kerasae.jobs"):
        registry.load_all(package)
    for verb in ("train", "search", "readout", "evaluate", "report", "encode", "export"):
        importlib.import_module(f"kerasae.{verb}")
    for verb in ("transfer", "compare"):
        importlib.import_module(f"kerasae.{verb}")
    for module in IMPORTED_LATE:
        importlib.import_module(module)
    import tensorflow_datasets as tfds

    tfds.list_builders(with_community_datasets=False)  # Imports them, as opening one does.


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What a command runs in, beside its folder.

    Attributes:
        environment: Variables that are added; None takes one away.
        prepare: Called in the child before the command: limits, another user.
        closed: Streams that the shell has closed: 1, 2 or both.
        encoding: Of the streams.
    """

    environment: dict[str, str | None] = dataclasses.field(default_factory=dict)
    prepare: Callable[[], None] | None = None
    closed: tuple[int, ...] = ()
    encoding: str = "utf-8"


@dataclasses.dataclass(frozen=True)
class Finished:
    """What a command left.

    Attributes:
        command: As it is typed.
        code: Exit code; of a process that a signal ended, less than 0.
        out: Text of stdout.
        err: Text of stderr.
        seconds: From its start to its end.
        hung: Whether it had to be killed.
        memory: Bytes at its peak.
    """

    command: str
    code: int
    out: str
    err: str
    seconds: float
    hung: bool
    memory: int


class Command:
    """One command, started at once.

    Args:
        arguments: Verb and flags: `("train", "--epochs=2")`.
        folder: Its working folder.
        surroundings: What else is about it.
    """

    def __init__(
        self, arguments: tuple[str, ...], folder: Path, surroundings: Surroundings | None = None
    ):
        self.arguments = arguments
        self._streams = Path(tempfile.mkdtemp(prefix="kerasae-streams-"))
        self._streams.chmod(0o777)
        self._began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            _child(arguments, folder, self._streams, surroundings or Surroundings())

    def signal(self, number: int) -> None:
        """Sends the command a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, limit: float = TIME_LIMIT) -> Finished:
        """Waits for its end; after `limit` seconds it is killed, with all that it started."""
        hung, status = False, None
        while status is None:
            status = self._poll()
            if status is None and time.monotonic() - self._began > limit:
                hung = True
                self.signal(signal.SIGKILL)
                status = self._poll(0)
        seconds = time.monotonic() - self._began
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        out, err = (self._text(name) for name in ("stdout", "stderr"))
        with contextlib.suppress(OSError):
            for name in ("stdout", "stderr"):
                (self._streams / name).unlink(missing_ok=True)
            self._streams.rmdir()
        code = os.waitstatus_to_exitcode(status)
        return Finished(typed(self.arguments), code, out, err, seconds, hung, self._memory)

    def alive_after(self, seconds: float) -> bool:
        """Whether it still runs this long after its start; returns as soon as it doesn't."""
        while time.monotonic() - self._began < seconds:
            if not self.alive:
                return False
            time.sleep(POLL)
        return True

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def _poll(self, options: int = os.WNOHANG) -> int | None:
        pid, status, used = os.wait4(self.pid, options)
        if pid:
            self._memory = used.ru_maxrss * 1024
            return status
        time.sleep(POLL)
        return None

    def _text(self, name: str) -> str:
        path = self._streams / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def run(
    arguments: tuple[str, ...],
    folder: Path,
    surroundings: Surroundings | None = None,
    limit: float = TIME_LIMIT,
) -> Finished:
    """Runs a command to its end, see `Command`."""
    return Command(arguments, folder, surroundings).wait(limit)


def call(function: Callable[..., None], *arguments: object) -> None:
    """Calls a function that runs TensorFlow's operations in a child, and waits for it.

    Raises:
        RuntimeError: where it fails; its traceback is on stderr.
    """
    pid = os.fork()
    if pid == 0:
        os._exit(exit_code(lambda: function(*arguments)) & 0xFF)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError(f"{function.__qualname__} fails")


def typed(arguments: tuple[str, ...]) -> str:
    """A command as it is typed."""
    return " ".join((f"python -m kerasae.{arguments[0]}", *arguments[1:]))


def _child(
    arguments: tuple[str, ...], folder: Path, streams: Path, surroundings: Surroundings
) -> None:
    """The forked child: never returns."""
    code = 1
    try:
        os.setsid()
        atexit._clear()  # What the parent cleans up at its own end isn't the child's.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        with Standby() as standby:
            _take_over(folder, streams, surroundings)
            code = _main(arguments, standby)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _take_over(folder: Path, streams: Path, surroundings: Surroundings) -> None:
    """Gives the child its streams, folder, variables and limits."""
    _open_as(0, Path(os.devnull), os.O_RDONLY)
    for number, name in ((1, "stdout"), (2, "stderr")):
        _open_as(number, streams / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        stream = io.TextIOWrapper(
            open(number, "wb", closefd=False),  # noqa: SIM115
            encoding=surroundings.encoding,
            errors="strict" if number == 1 else "backslashreplace",
            line_buffering=number == 2,
        )
        if number in surroundings.closed:
            os.close(number)
            stream = None
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(folder)
    os.environ.pop("TFDS_DATA_DIR", None)
    os.environ["HOME"] = str(folder)
    for name, value in surroundings.environment.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    if surroundings.prepare is not None:
        surroundings.prepare()


def _open_as(number: int, path: Path, flags: int) -> None:
    """Opens a file under a number that is taken."""
    opened = os.open(path, flags, 0o666)
    os.dup2(opened, number)
    os.close(opened)


def _main(arguments: tuple[str, ...], standby: Standby) -> int:
    """As Python runs `-m kerasae.VERB`, up to its exit code."""
    from kerasae import cli
    from kerasae.exporting import fresh_process

    fresh_process.run_script = standby.run_script
    module = importlib.import_module(f"kerasae.{arguments[0]}")
    sys.argv = [module.__file__, *arguments[1:]]
    # Before and after, it is this file that would be interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = exit_code(lambda: cli.run(module.command_line, module.main))
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading._shutdown()
    atexit._run_exitfuncs()
    return code if _flushed() else 120


def _flushed() -> bool:
    """Whether what was printed arrived, as Python sees to at its end."""
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"Exception ignored at the end: {error!r}\n")
            sys.stderr.flush()
        return False
    return True
