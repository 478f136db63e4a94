"""A run directory: the name of every file in it, and writes that are whole or not at all."""

import contextlib
import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock

from kerasae import folder_lock
from kerasae.config import ConfigError, RunError

SCRATCH = ".partial-"


class RunDir:
    """Paths in a run directory; nothing is created by making one."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.flags = self.path / "flags.txt"
        self.config = self.path / "config.json"
        self.environment = self.path / "environment.json"
        self.history = self.path / "history.csv"
        self.model = self.path / "model.keras"
        self.best_model = self.path / "best.keras"
        self.metrics = self.path / "metrics.json"
        self.figures = self.path / "figures"
        self.probes = self.path / "probes"
        self.saved_model = self.path / "saved_model"
        self.codes = self.path / "codes"
        self.readouts = self.path / "readouts"
        self.encoder = self.path / "encoder.json"
        self.evaluation = self.path / "evaluation"
        self.lock_file = self.path / folder_lock.LOCK

    @property
    def holds_a_run(self) -> bool:
        """Whether any file of a run is here, whole run or not."""
        files = (self.config, self.history, self.model, self.best_model, self.metrics)
        return any(path.exists() for path in files)

    @property
    def finished(self) -> bool:
        """Whether the run came to its end; the metrics are written last."""
        return self.metrics.exists()

    def create(self, flag: str = "--run_dir") -> None:
        """Makes the directory and proves that it can be written.

        Args:
            flag: The flag that named it, for the message.

        Raises:
            ConfigError: where it can't be.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise ConfigError(
                f"{flag}={self.path} can't be written: {error.strerror or error}."
            ) from None

    @contextlib.contextmanager
    def locked(self, wait: bool = False) -> Iterator[None]:
        """Keeps a second process out; the system frees the lock of a killed one.

        Args:
            wait: Wait for the other process instead of raising.

        Raises:
            ConfigError: where it can't be written.
            RunError: where another process is writing this run.
        """
        waiting = f"waiting for another process that writes {self.path}" if wait else None
        try:
            lock = folder_lock.acquire(self.path, waiting)
        except filelock.Timeout:
            raise RunError(f"Another process is writing {self.path}.") from None
        except OSError as error:
            raise ConfigError(f"{self.path} can't be written: {error.strerror or error}.") from None
        try:
            for leftover in self.path.rglob(f"{SCRATCH}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        finally:
            # Refused before anything was written, it leaves no empty folder.
            folder_lock.release(lock, self.path)


def file_name(dataset: str) -> str:
    """A dataset's name as a part of a path: `emnist-letters`."""
    return dataset.replace("/", "-").replace(":", "-")


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    The temporary keeps the suffix, since Keras chooses the format by it. A
    folder works too. Whatever happens inside the block, `path` is the old
    whole or the new whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=path.parent))
    new = scratch / path.name
    try:
        yield new
        if new.is_dir():
            _replace_folder(new, path, scratch / "old")
        else:
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _replace_folder(new: Path, path: Path, old: Path) -> None:
    """A folder can't be replaced in one step, so the old one steps aside first."""
    if path.exists():
        path.rename(old)
    new.rename(path)


def write_text(path: Path, text: str) -> None:
    """Writes a text file atomically."""
    with atomic_path(path) as new:
        new.write_text(text, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Writes a JSON file atomically.

    Raises:
        ValueError: for NaN or infinity, which are not JSON.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def read_json(path: Path) -> Any:
    """Reads a JSON file.

    Raises:
        RunError: where it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{path} is missing.") from None
    except ValueError as error:
        raise RunError(f"{path} is damaged: {error}.") from None


def read_record(path: Path, *names: str) -> dict[str, Any]:
    """Reads a JSON object that has these names; `a.b` is the name `b` in the object at `a`.

    Raises:
        RunError: where it is missing or damaged, or lacks one of them.
    """
    content = read_json(path)
    for name in names:
        part = content
        for step in name.split("."):
            if not isinstance(part, dict) or step not in part:
                raise RunError(f"{path} is damaged: it has no {name!r}.")
            part = part[step]
    return content


def write_csv(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Writes a table atomically; a missing or None value is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_csv(path: Path) -> list[dict[str, str]]:
    """Reads a table as one dict of strings a row."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
