"""Images and labels in one `.npz` file."""

from pathlib import Path

import numpy as np

from kerasae import arrays, wording
from kerasae.config import ConfigError, RunError
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.file_rows import FileRows, scratch_file

ARGUMENT = "FILE"
VERSIONED = False
FEATURES = False
HELP = (
    "arrays in an .npz file: images, labels, test_images and test_labels, or x_train, y_train, "
    "x_test and y_test, of which images are needed and uint8"
)

# Names of images, labels, test images and test labels in a file, the first of them needed.
LAYOUTS = (
    ("images", "labels", "test_images", "test_labels"),
    ("x_train", "y_train", "x_test", "y_test"),
)


def open_source(name: DatasetName, config: DataConfig) -> ArraySource:
    """Opens a file; nothing in it is unpickled.

    Args:
        name: Its argument is the file.
        config: Images beyond its memory budget are unpacked into a file.

    Raises:
        ConfigError: where it isn't there, or holds other arrays than such.
        RunError: where it is damaged.
    """
    path = _require_file(name)
    headers = arrays.headers(path)
    names = _names(name, headers)
    large = _beyond(config.memory_budget_mb * 2**20, names, headers)
    small = [one for one in names.values() if one not in large]
    stored = arrays.read(path, *small, others=False)
    stored |= {one: _in_a_file(path, one, headers[one]) for one in large}
    return _source(name, {ours: stored[one] for ours, one in names.items()})


def _beyond(
    budget: int, names: dict[str, str], headers: dict[str, arrays.Header]
) -> tuple[str, ...]:
    """Names of the arrays of images in the file where together they have more bytes than that."""
    images = [names[one] for one in ("images", "test_images") if one in names]
    return tuple(images) if sum(headers[one].bytes for one in images) > budget else ()


def _in_a_file(path: Path, array: str, header: arrays.Header) -> FileRows | np.ndarray:
    """Images as rows of a file; an array of another type as one that takes no memory."""
    if header.dtype != np.uint8:
        return np.broadcast_to(np.zeros((), header.dtype), header.shape)
    if header.fortran_order:
        raise ConfigError(
            f"{wording.one_line(str(path))}: the array {array} is larger than --memory_budget_mb "
            "and stored column by column: numpy.ascontiguousarray before numpy.savez mends that."
        )
    with scratch_file(wording.one_line(str(path))) as file:
        for part in arrays.unpacked(path, array):
            file.write(part)
        file.flush()
        file.seek(0)
        return FileRows(file, arrays.skip_header(file), header.shape, path)


def check(name: DatasetName, config: DataConfig) -> tuple[int, int]:
    """Refuses what can be seen not to be such arrays by their shapes and types alone."""
    return _described(name).spec.image_shape[:2]


def _described(name: DatasetName) -> ArraySource:
    """A source of arrays of the same shapes and types that take no memory."""
    headers = arrays.headers(_require_file(name))
    empty = {
        ours: np.broadcast_to(np.zeros((), headers[one].dtype), headers[one].shape)
        for ours, one in _names(name, headers).items()
    }
    return _source(name, empty, content_digest="none")


def _require_file(name: DatasetName) -> Path:
    path = Path(name.argument)
    if not path.is_file():
        what = "is no file" if path.exists() else "isn't there"
        raise ConfigError(f"--dataset={wording.one_line(str(name))}: the file {what}.")
    return path


def _names(name: DatasetName, headers: dict[str, arrays.Header]) -> dict[str, str]:
    """What each array is, by `ArraySource`'s own word, and its name in the file."""
    layout = next((layout for layout in LAYOUTS if layout[0] in headers), None)
    if layout is None:
        known = " or ".join(", ".join(layout) for layout in LAYOUTS)
        raise ConfigError(
            f"--dataset={wording.one_line(str(name))} must hold arrays named {known}. Received: "
            f"{wording.one_line(', '.join(headers)) or 'none'}."
        )
    names = {
        ours: theirs for ours, theirs in zip(LAYOUTS[0], layout, strict=True) if theirs in headers
    }
    for one in names.values():
        if headers[one].dtype.hasobject:
            raise RunError(
                f"--dataset={wording.one_line(str(name))}: the array {one} holds Python objects, "
                "which are not read: they could be programs."
            )
    return names


def _source(name: DatasetName, found: dict[str, np.ndarray], **others) -> ArraySource:
    """A source of arrays by `ArraySource`'s own words; labels may be texts, or a column."""
    labels = {key: _flat(found[key]) for key in ("labels", "test_labels") if key in found}
    names = None
    if any(array.dtype.kind == "U" for array in labels.values()):
        if not all(array.dtype.kind == "U" for array in labels.values()):
            raise ConfigError(
                f"--dataset={wording.one_line(str(name))}: all labels must be texts, or none."
            )
        names, numbers = np.unique(np.concatenate(list(labels.values())), return_inverse=True)
        parts = np.split(numbers, np.cumsum([len(array) for array in labels.values()])[:-1])
        labels, names = dict(zip(labels, parts, strict=True)), names.tolist()
    return ArraySource(str(name), **(found | labels), class_names=names, **others)


def _flat(labels: np.ndarray) -> np.ndarray:
    """Labels `(n,)`, also of a column `(n, 1)`."""
    return labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
