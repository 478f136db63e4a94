"""A run directory: the name of every file in it, and one writer at a time."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import filelock

from kerasae import files, folder_lock
from kerasae.config import ConfigError, RunError


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
        self.page = self.path / "report" / "index.html"
        self.tensorboard = self.path / "tensorboard"
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
            files.sweep(self.path, deep=True)
            yield
        finally:
            # Refused before anything was written, it leaves no empty folder.
            folder_lock.release(lock, self.path)
