"""Files that are damaged, each read by a command."""

import dataclasses
import fnmatch
import os
import random
from collections.abc import Callable
from pathlib import Path

from torture import content, outcome, process
from torture.stage import Sandbox, Stage
from torture.verbs import RUN, VERBS

SENTENCE = "A damaged file is refused in one line, made anew, or of no effect; never believed"
COUNT = 2000

ENCODE_VERSION = (
    "encode", "--saved_model=saved_models/small/1", "--dataset=digits", "--max_examples=10",
    "--out=made.npz",
)  # fmt: skip
ENCODE_IMAGES = (
    "encode", "--saved_model=saved_models/small/1", "--dataset=shapes", "--data_dir=data",
    "--nodownload", "--out=made.npz",
)  # fmt: skip
REPORT = ("report", RUN, "--figures=loss_by_epoch")
COMPARE = VERBS["compare"].arguments
ENCODE = VERBS["encode"].arguments
RESUME_PARTS = VERBS["encode_parts"].again_arguments
READOUT = ("readout", RUN, "--heads=linear,ridge", "--nobaselines", "--labels_per_class=1,all")
EVALUATE = (
    "evaluate", RUN, "--measures=clustering,reconstruction", "--heads=ridge",
    "--max_test_images=30",
)  # fmt: skip
RESUME_RUN = ("train", "--flagfile=train.flags", RUN, "--resume")
RESUME_SEARCH = ("search", *VERBS["search"].arguments[1:-1], "--out=search", "--resume")
VERIFY = ("export", "--verify=saved_models/small/1")
TRAIN_FLAGS = ("train", "--flagfile=train.flags", "--run_dir=trained", "--epochs=1")
SPACE = ("search", *VERBS["search"].arguments[1:], "--max_trials=1")


@dataclasses.dataclass(frozen=True)
class Reader:
    """Files and the commands that read them.

    Attributes:
        files: Pattern of paths.
        parts: What of the stage the commands need.
        commands: They, by how often they are taken.
        ours: Whether a change of a valid file can be noticed; not so of files that users write.
    """

    files: str
    parts: tuple[str, ...]
    commands: dict[tuple[str, ...], int]
    ours: bool = True


RUN_PARTS = ("inputs", "run")
READERS = (
    Reader("run/model.keras", RUN_PARTS, {ENCODE: 1, REPORT: 1, RESUME_RUN: 1}),
    Reader("run/best.keras", RUN_PARTS, {ENCODE: 1, REPORT: 1, RESUME_RUN: 1}),
    Reader("run/history.csv", RUN_PARTS, {REPORT: 3, COMPARE: 3, RESUME_RUN: 1}),
    Reader("run/config.json", RUN_PARTS, {REPORT: 3, COMPARE: 3, ENCODE: 1, RESUME_RUN: 1}),
    Reader("run/metrics.json", RUN_PARTS, {REPORT: 3, COMPARE: 3, ENCODE: 1, RESUME_RUN: 1}),
    Reader("run/environment.json", RUN_PARTS, {REPORT: 1, COMPARE: 1, RESUME_RUN: 1}),
    Reader("run/flags.txt", RUN_PARTS, {REPORT: 1, COMPARE: 1, RESUME_RUN: 1}),
    Reader("run/codes/*", RUN_PARTS, {READOUT: 1, EVALUATE: 1}),
    Reader("run/readouts/*", RUN_PARTS, {REPORT: 2, COMPARE: 2, READOUT: 1}),
    Reader("run/evaluation/*", RUN_PARTS, {REPORT: 2, COMPARE: 2, EVALUATE: 1}),
    Reader("run/probes/*", RUN_PARTS, {VERBS["report"].arguments: 1}),
    Reader("run/figures/*", RUN_PARTS, {REPORT: 1}),
    Reader("search/*", ("inputs", "search"), {RESUME_SEARCH: 1}),
    Reader("codes/*.parquet", ("run", "encoded"), {RESUME_PARTS: 1}),
    Reader("saved_models/small/1/*", ("version",), {VERIFY: 3, ENCODE_VERSION: 1}),
    # TFDS keeps no checksum of what it writes about images; of the images themselves it does.
    Reader("data/*.tfrecord*", ("version", "images"), {ENCODE_IMAGES: 1}),
    Reader("data/*.txt", ("version", "images"), {ENCODE_IMAGES: 1}, ours=False),
    Reader("data/*.json", ("version", "images"), {ENCODE_IMAGES: 1}, ours=False),
    Reader("train.flags", RUN_PARTS, {TRAIN_FLAGS: 1}, ours=False),
    Reader("compare.flags", RUN_PARTS, {("compare", "--flagfile=compare.flags"): 1}, ours=False),
    Reader("space.toml", ("inputs",), {SPACE: 1}, ours=False),
)


def _digit(data: bytes, draw: random.Random) -> bytes:
    """Another digit in place of one."""
    places = [n for n, byte in enumerate(data) if chr(byte).isdigit()]
    if not places:
        return data[:-1]
    place = draw.choice(places)
    other = draw.choice([d for d in b"0123456789" if d != data[place]])
    return data[:place] + bytes([other]) + data[place + 1 :]


def _flip(data: bytes, draw: random.Random) -> bytes:
    """One bit flipped."""
    if not data:
        return b"\x01"
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << draw.randrange(8))]) + data[place + 1 :]


CHANGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "emptied": lambda data, draw: b"",
    "truncated": lambda data, draw: data[: draw.randrange(max(len(data), 1))],
    "with a flipped bit": _flip,
    "[]": lambda data, draw: b"[]",
    "null": lambda data, draw: b"null",
    "of 100,000 brackets": lambda data, draw: b"[" * 100_000,
    "with a field of 200,000 characters": lambda data, draw: (
        data[: len(data) // 2] + b"x" * 200_000 + data[len(data) // 2 :]
    ),
    "with bad bytes": lambda data, draw: data[: len(data) // 2] + b"\xff\xfe\x80" + data,
    "with another digit": _digit,
}


def _removed(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _broken_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


REPLACEMENTS = {
    "removed": _removed,
    "a folder": _folder,
    "a broken link": _broken_link,
    "a named pipe": _pipe,
}
# What isn't there can't be told from what never was.
ABSENT = ("removed", "a broken link")


@dataclasses.dataclass(frozen=True)
class Fault:
    """One damaged file.

    Attributes:
        file: Its path.
        kind: Of damage.
        seed: Of what is random in it.
        command: That reads it.
        parts: What of the stage the command needs.
        ours: Whether any change must be noticed.
    """

    file: str
    kind: str
    seed: int
    command: tuple[str, ...]
    parts: tuple[str, ...]
    ours: bool

    def __str__(self):
        return f"{self.file} {self.kind}: {process.typed(self.command)}"


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """Every file with every kind of damage in turn, in an order drawn by the seed."""
    readers = READERS if count >= len(READERS) * 4 else draw.sample(READERS[:12], 4)
    parts = {part for reader in readers for part in reader.parts}
    stage.make(parts)
    known = [name for part in sorted(parts) for name in content.raw(stage.part(part))]
    kinds = [*CHANGES, *REPLACEMENTS]
    places = [(reader, name) for reader in readers for name in _files(reader, known)]
    found: list[Fault] = []
    while len(found) < count:
        every = [(reader, name, kind) for reader, name in places for kind in kinds]
        for reader, name, kind in draw.sample(every, min(count - len(found), len(every))):
            command = draw.choices(list(reader.commands), list(reader.commands.values()))[0]
            seed = draw.randrange(2**31)
            found.append(Fault(name, kind, seed, command, reader.parts, reader.ours))
    return found


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Damages the file and gives the command that reads it."""
    expected = stage.undisturbed(fault.command, fault.parts)
    stage.copy(fault.parts, box.work)
    known = content.known(box.work, stage.snapshot(fault.parts))
    path = box.work / fault.file
    if fault.kind in CHANGES:
        path.write_bytes(CHANGES[fault.kind](path.read_bytes(), random.Random(fault.seed)))
    else:
        REPLACEMENTS[fault.kind](path)
    before = content.snapshot(box.work, known)
    done = process.run(fault.command, box.work, box.surroundings(), stage.limit)
    after = content.snapshot(box.work, known)
    wrong = outcome.of_command(done)
    but = [name for name in before.keys() | after.keys() | expected.keys()
           if name == fault.file or name.startswith(f"{fault.file}/")]  # fmt: skip
    if done.code == 0 and fault.ours and fault.kind not in ABSENT:
        wrong += outcome.same(expected, after, but)
    elif done.code != 0:
        wrong += outcome.nothing_lost(before, after, expected, but)
    return wrong + outcome.scratch(box.work) + outcome.strays(box)


def _files(reader: Reader, known: list[str]) -> list[str]:
    """Files that a reader's pattern means, without locks."""
    return [
        name
        for name in known
        if fnmatch.fnmatch(name, reader.files)
        and not name.endswith(content.LOCK)
        and "/tensorboard/" not in name  # Nobody of ours reads it.
    ]
