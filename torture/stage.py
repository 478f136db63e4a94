"""What faults are injected into: a finished run and what belongs to it, made by the commands.

Each part is made once, when a fault needs it; each fault gets copies.
"""

import dataclasses
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import filelock

from kerasae import files
from torture import content, images, process
from torture.verbs import FEW, SMALL, VERBS

# Building takes longer than a hang where the machine is busy.
BUILD_LIMIT = 600.0
SPACE = """["model.latent_dim"]
choices = [2, 4, 6]

[learning_rate]
min = 0.001
max = 0.1
log = true
"""


@dataclasses.dataclass
class Sandbox:
    """A folder of its own for one fault; nothing outside `work` may change.

    Attributes:
        top: Holds `work`, where commands run, `home` and `tmp`.
    """

    top: Path

    @property
    def work(self) -> Path:
        """The commands' working folder."""
        return self.top / "work"

    def surroundings(self, **others) -> process.Surroundings:
        """Home and temporary files in the sandbox, and what else is given."""
        own = {"HOME": str(self.top / "home"), "TMPDIR": str(self.top / "tmp")}
        environment = own | others.pop("environment", {})
        return process.Surroundings(environment=environment, **others)

    def strays(self, allow_tmp: bool = False) -> list[str]:
        """What was written outside `work`."""
        found = [p.name for p in self.top.iterdir() if p.name not in ("work", "home", "tmp")]
        caches = (".cache", ".config", ".keras")  # of Matplotlib and Keras
        found += [f"home/{p.name}" for p in (self.top / "home").iterdir() if p.name not in caches]
        if not allow_tmp:
            found += [f"tmp/{path.name}" for path in (self.top / "tmp").iterdir()]
        return found


class Stage:
    """The parts, made when asked for.

    Args:
        folder: Where they and the sandboxes are put; parts that are there already are kept.
        limit: Seconds after which a command hangs.
    """

    def __init__(self, folder: Path, limit: float = process.TIME_LIMIT):
        self.folder = folder.resolve()
        self.limit = limit
        self._snapshots: dict[tuple, dict[str, str]] = {}
        self._references: dict[str, dict] = {}

    def make(self, parts: Iterable[str]) -> None:
        """Makes these parts, and what they need, where they aren't there."""
        for part in parts:
            place = self.folder / "parts" / part
            if not place.exists():
                self.make(NEEDS[part])
                work = place.with_name(f"making-{part}")
                shutil.rmtree(work, ignore_errors=True)
                work.mkdir(parents=True)
                self.copy(NEEDS[part], work)
                before = content.raw(work)
                MAKERS[part](work)
                _move_new(before, work, place)

    def sandbox(self) -> Sandbox:
        """A new sandbox, empty."""
        place = self.folder / "sandboxes"
        place.mkdir(parents=True, exist_ok=True)
        top = Path(tempfile.mkdtemp(prefix="box-", dir=place))
        top.chmod(0o755)
        for name in ("work", "home", "tmp"):
            (top / name).mkdir()
        (top / "tmp").chmod(0o777)
        return Sandbox(top)

    def part(self, name: str) -> Path:
        """The folder of a part."""
        return self.folder / "parts" / name

    def copy(self, parts: Iterable[str], folder: Path) -> None:
        """Puts copies of parts into a folder."""
        for part in parts:
            shutil.copytree(self.part(part), folder, symlinks=True, dirs_exist_ok=True)

    def snapshot(self, parts: tuple[str, ...]) -> dict[str, str]:
        """What parts hold together, see `content.snapshot`."""
        if parts not in self._snapshots:
            box = self.sandbox()
            self.copy(parts, box.work)
            self._snapshots[parts] = content.snapshot(box.work)
            shutil.rmtree(box.top)
        return self._snapshots[parts]

    def undisturbed(self, arguments: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str]:
        """What a command leaves of these parts when nothing disturbs it."""
        return self._reference(arguments, parts)["files"]

    def seconds(self, arguments: tuple[str, ...], parts: tuple[str, ...]) -> float:
        """Seconds that it takes then."""
        return self._reference(arguments, parts)["seconds"]

    def _reference(self, arguments: tuple[str, ...], parts: tuple[str, ...]) -> dict:
        """Measured by the worker that asks first, for both."""
        key = hashlib.sha256(repr((arguments, parts)).encode()).hexdigest()[:16]
        if key not in self._references:
            path = self.folder / "undisturbed" / f"{key}.json"
            with filelock.FileLock(self.folder / f"{key}.lock"):
                if not path.exists():
                    files.write_json(path, self._measure(arguments, parts))
            self._references[key] = files.read_json(path)
        return self._references[key]

    def _measure(self, arguments: tuple[str, ...], parts: tuple[str, ...]) -> dict:
        """Runs a command undisturbed."""
        box = self.sandbox()
        self.copy(parts, box.work)
        done = process.run(arguments, box.work, box.surroundings(), BUILD_LIMIT)
        if done.code:
            raise RuntimeError(f"{done.command} ends with {done.code}:\n{done.err}")
        found = {"files": content.snapshot(box.work), "seconds": done.seconds}
        shutil.rmtree(box.top)
        return found


def _move_new(before: Iterable[str], work: Path, place: Path) -> None:
    """Makes a part of what is in `work` now and was not before."""
    new = place.with_name(f"new-{place.name}")
    shutil.rmtree(new, ignore_errors=True)
    for name in sorted(content.raw(work).keys() - set(before)):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).rename(new / name)
    new.rename(place)
    shutil.rmtree(work)


def _commands(*lines: tuple[str, ...]) -> Callable[[Path], None]:
    """A maker that runs these commands."""

    def make(folder: Path) -> None:
        for arguments in lines:
            done = process.run(arguments, folder, limit=BUILD_LIMIT)
            if done.code:
                raise RuntimeError(f"{done.command} ends with {done.code}:\n{done.err}")

    return make


def _inputs(folder: Path) -> None:
    """Files that a user writes."""
    (folder / "space.toml").write_text(SPACE, encoding="utf-8")
    (folder / "train.flags").write_text("\n".join(SMALL) + "\n", encoding="utf-8")
    text = "--run_dirs=run\n--out=comparison\n"
    (folder / "compare.flags").write_text(text, encoding="utf-8")


def _images(folder: Path) -> None:
    """A dataset as TFDS prepares it."""
    process.call(images.prepare, folder / "data")


RUN = "--run_dir=run"
NEEDS: dict[str, tuple[str, ...]] = {
    "inputs": (), "run": (), "search": ("inputs",), "version": ("run",), "encoded": ("run",),
    "images": (),
}  # fmt: skip
MAKERS: dict[str, Callable[[Path], None]] = {
    "inputs": _inputs,
    "images": _images,
    "run": _commands(
        ("train", *SMALL, RUN),
        ("readout", RUN, "--heads=linear,ridge", "--nobaselines", "--labels_per_class=1,all"),
        ("evaluate", RUN, "--measures=clustering,reconstruction", "--heads=ridge",
         "--max_test_images=30"),
        VERBS["report"].arguments,
    ),
    "search": _commands(
        ("search", *FEW, "--epochs=1", "--space=space.toml", "--tuner=random", "--max_trials=2",
         "--out=search"),
    ),
    "version": _commands(
        ("export", RUN, "--name=small", "--targets=keras,saved_model", "--heads=ridge"),
    ),
    "encoded": _commands(VERBS["encode_parts"].arguments),
}  # fmt: skip
