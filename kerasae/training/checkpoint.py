"""Checkpoints: `.keras` files that hold the history up to their epoch, and whose they are.

A model and the epochs that led to it are one file, so that no kill can part them, and so that a
checkpoint shows by itself of which epoch of which run it is. Keras leaves the added member alone.
"""

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kerasae import archives, records
from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.training.history import Row

if TYPE_CHECKING:
    import keras

MEMBER = "history.json"


@dataclasses.dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        owner: Fingerprint of everything that decides what is trained.
        rows: The history, a row an epoch.
    """

    owner: str
    rows: tuple[Row, ...]


def save(path: Path, model: "keras.Model", progress: Progress) -> None:
    """Saves a compiled model with its optimizer, and how far it is."""
    model.save(path)
    _keep_left_out_attributes()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(MEMBER, json.dumps(records.to_json(progress), allow_nan=False))


def _keep_left_out_attributes() -> None:
    """Spares Keras from finding out anew, with each save, which attributes a file leaves out.

    Keras 3.15 keeps them by one name and looks for them by another. To find them out it makes an
    optimizer each time, and of each some 70 KB of memory never come back.
    """
    from keras.src.backend.common import global_state

    for kind in ("Operation", "Layer", "Functional", "Sequential", "Metric", "Optimizer", "Loss"):
        found = global_state.get_global_attribute(f"saving_attr_skipset_{kind}")
        if found is not None:
            global_state.set_global_attribute(f"saving_attr_skiplist_{kind}", found)


def read_progress(path: Path) -> Progress:
    """How far a checkpoint is, without loading its model.

    Raises:
        RunError: where it is missing, damaged, or of another version of kerasae.
    """
    content = archives.read_member(path, MEMBER)
    if content is None:
        raise RunError(f"{path} is damaged, or of another version of kerasae: it has no history.")
    try:
        plain = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {MEMBER}: {error}.") from None
    progress = records.convert(plain, Progress, path)
    history.require_consistent(progress.rows, path)
    return progress


def read_history(run: RunDir) -> list[Row]:
    """The rows of a trained run's `history.csv`, which are those of its last checkpoint.

    Raises:
        RunError: where they are not, or a file is missing or damaged.
    """
    rows = history.read(run)
    if tuple(rows) != read_progress(run.model).rows:
        raise RunError(
            f"{run.history} was changed since kerasae wrote it: its epochs are not those of "
            f"{run.model}."
        )
    return rows
