"""Little room, few rights, strange streams, and folders that go while they are written."""

import contextlib
import dataclasses
import functools
import random
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from torture import content, outcome, process, small_disk, stopped, verbs
from torture.stage import Sandbox, Stage
from torture.verbs import VERBS, Verb

SENTENCE = (
    "On a full disk, without a home, with ASCII or closed streams, few file handles, little "
    "memory, in a read-only or a removed folder, a command ends well or says why; nothing is lost"
)


def _file_size(draw: random.Random) -> None:
    """No file may grow beyond a size: writing fails as on a full disk.

    What is said must have room: stderr is a file here, too.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = int(10 ** draw.uniform(3.3, 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _handles(draw: random.Random) -> None:
    """Few files may be open at a time."""
    limit = draw.randrange(12, 64)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def _memory(draw: random.Random) -> None:
    """Little more memory than the process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + int(10 ** draw.uniform(6, 9))
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


FILE_SIZE = "file size limit"
PREPARED: dict[str, Callable[[random.Random], None]] = {
    FILE_SIZE: _file_size,
    "few file handles": _handles,
    "little memory": _memory,
}
STREAMS: dict[str, dict] = {
    "no home": {"environment": {"HOME": "/proc/nobody"}},
    "ASCII streams": {"encoding": "ascii"},
    "closed stdout": {"closed": (1,)},
    "closed stderr": {"closed": (2,)},
    "closed streams": {"closed": (1, 2)},
}
FULL, READ_ONLY, REMOVED = "full disk", "read-only folder", "folder removed"
KINDS = (*PREPARED, *STREAMS, FULL, READ_ONLY, REMOVED)
# TensorFlow ends the process where it gets no memory, and so may the system.
OUT_OF_MEMORY = (signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV, signal.SIGBUS)
COUNT = len(KINDS) * len(VERBS)


@dataclasses.dataclass(frozen=True)
class Fault:
    """One command in one kind of surroundings.

    Attributes:
        verb: The command.
        kind: One of KINDS.
        seed: Of what is random in it.
    """

    verb: str
    kind: str
    seed: int

    def __str__(self):
        return f"{self.verb}: {self.kind}, seed {self.seed}"


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """Every verb in every kind in turn, in an order drawn by the seed."""
    chosen = verbs.with_each(KINDS, draw, count)
    stage.make({part for verb, _ in chosen for part in VERBS[verb].parts})
    return [Fault(*pair, draw.randrange(2**31)) for pair in chosen]


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Runs the command there, then as usual, and compares."""
    verb, draw = VERBS[fault.verb], random.Random(fault.seed)
    if fault.kind == REMOVED:
        stage.copy(verb.parts, box.work)
        return _remove(stage, verb, box, draw)
    if fault.kind not in (FULL, READ_ONLY):
        stage.copy(verb.parts, box.work)
        return _run_twice(stage, fault, box, draw, _nothing)
    with small_disk.mounted(box.work) as possible:
        stage.copy(verb.parts, box.work)
        if fault.kind == READ_ONLY:
            change = small_disk.set_read_only if possible else _set_read_only
            change(box.work, True)
            return _run_twice(stage, fault, box, draw, lambda: change(box.work, False))
        if not possible:
            return _run_twice(
                stage, dataclasses.replace(fault, kind=FILE_SIZE), box, draw, _nothing
            )
        small_disk.resize(box.work, int(10 ** draw.uniform(3.6, 6)))
        return _run_twice(stage, fault, box, draw, lambda: small_disk.resize(box.work, None))


def _run_twice(
    stage: Stage, fault: Fault, box: Sandbox, draw: random.Random, restore: Callable[[], None]
) -> list[str]:
    """Runs the command in its surroundings, then as usual, and compares."""
    verb, before = VERBS[fault.verb], content.snapshot(box.work)
    options = STREAMS.get(fault.kind, {})
    if fault.kind in PREPARED:
        options = {"prepare": functools.partial(PREPARED[fault.kind], draw)}
    done = process.run(verb.again_arguments, box.work, box.surroundings(**options), stage.limit)
    restore()
    wrong = outcome.of_command(done, OUT_OF_MEMORY if fault.kind == "little memory" else ())
    if 2 in options.get("closed", ()):
        wrong = [line for line in wrong if not line.startswith("no one complaint")]
    if fault.kind in STREAMS and done.code != 0:
        wrong.append(f"exit code {done.code} where nothing hinders it: {done.err[-300:]!r}")
    wrong += stopped.kept_whole(stage, verb, box, before)
    wrong += stopped.ends_as_undisturbed(stage, verb, box)
    return wrong + outcome.strays(box, allow_tmp=fault.kind in PREPARED)


def _remove(stage: Stage, verb: Verb, box: Sandbox, draw: random.Random) -> list[str]:
    """Removes the folder that the command writes, while it does."""
    seconds = stage.seconds(verb.again_arguments, verb.parts)
    command = process.Command(verb.again_arguments, box.work, box.surroundings())
    command.alive_after(draw.random() * seconds)
    for results in verb.results:
        with contextlib.suppress(OSError):
            shutil.rmtree(box.work / results.split("/")[0])
    return outcome.of_command(command.wait(stage.limit)) + outcome.strays(box)


def _nothing() -> None:
    """There is nothing to restore."""


def _set_read_only(folder: Path, whether: bool) -> None:
    """As `small_disk.set_read_only`, by the rights of a user who isn't root."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555 if whether else 0o755)
