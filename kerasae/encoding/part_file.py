"""A part's Parquet file: a row an image, and what vouches for all of them.

A row has `id`, `label` (where the dataset has labels), `code` and `mse_per_pixel` (where the
encoder has a function for it). The file says what it is made of, and ends in a digest of its rows.
"""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kerasae import files, records
from kerasae.config import ConfigError, RunError
from kerasae.names import CODE, LABEL, MSE_PER_PIXEL
from kerasae.wording import shown

ID = "id"
# Of another form, parts are other parts.
_FORM = 2
_KEY = b"kerasae"


@dataclasses.dataclass(frozen=True)
class PartOrigin:
    """What decides every row of a part.

    Attributes:
        encoder: Its name, for people.
        encoder_digest: Of its bytes.
        images: What they are and how they are brought to their shape, see `decoding.origin`.
        ids: Digest of the names of the images, which are no part of what these are.
        image_shape: `(height, width, channels)`.
        first, stop: Which of the chosen images of the split.
        classes: Names of the classes by label; None without labels.
        form: Of the file.
    """

    encoder: str
    encoder_digest: str
    images: dict[str, Any]
    ids: str
    image_shape: tuple[int, int, int]
    first: int
    stop: int
    classes: tuple[str, ...] | None
    form: int = _FORM

    def differences(self, other: "PartOrigin") -> str:
        """What of another one isn't as here, in words, empty where the rows are the same.

        The names of encoder and dataset decide nothing.
        """
        ours, theirs = self._decisive(), other._decisive()
        return ", ".join(
            f"{name} is {shown(theirs.get(name))} there and {shown(ours.get(name))} now"
            for name in ours | theirs
            if theirs.get(name) != ours.get(name)
        )

    def _decisive(self) -> dict[str, Any]:
        plain = records.to_json(self)
        images = {f"images' {name}": value for name, value in plain.pop("images").items()}
        return {
            k: v for k, v in (images | plain).items() if k not in ("encoder", "images' dataset")
        }


def table(
    ids: list[str], labels: np.ndarray | None, codes: np.ndarray, errors: np.ndarray | None
) -> pa.Table:
    """The rows of a part.

    Args:
        ids: Names of the images.
        labels: int64 `(n,)`, -1 for an image without one; None without labels.
        codes: float32 `(n, size)`.
        errors: float32 `(n,)`; None where there are none.
    """
    flat = pa.array(np.ascontiguousarray(codes, np.float32).ravel())
    columns = {ID: pa.array(ids, pa.string())}
    if labels is not None:
        columns[LABEL] = pa.array(labels, pa.int64())
    columns[CODE] = pa.FixedSizeListArray.from_arrays(flat, codes.shape[1])
    if errors is not None:
        columns[MSE_PER_PIXEL] = pa.array(errors, pa.float32())
    return pa.table(columns)


def arrays(rows: pa.Table) -> dict[str, np.ndarray]:
    """The numbers of a part by column, as they were given to `table`."""
    found = {}
    for name in (CODE, MSE_PER_PIXEL, LABEL):
        if name in rows.column_names:
            column = rows[name].combine_chunks()
            found[name] = (
                column.flatten().to_numpy().reshape(len(rows), column.type.list_size)
                if name == CODE
                else column.to_numpy()
            )
    return found


def write(path: Path, rows: pa.Table, origin: PartOrigin) -> None:
    """Writes a part, whole or not at all."""
    content = {"origin": records.to_json(origin), "rows": _digest(rows)}
    named = rows.replace_schema_metadata({_KEY: json.dumps(content, ensure_ascii=False)})
    with files.atomic_path(path) as new:
        pq.write_table(named, new)


def read_origin(path: Path) -> PartOrigin:
    """What a part was made of, once its rows are those that were written.

    Raises:
        RunError: for a file that is damaged.
        ConfigError: for a whole Parquet file that isn't one of kerasae's.
    """
    files.require_regular(path)
    try:
        with pq.ParquetFile(path) as file:
            rows = file.read()
        metadata = rows.schema.metadata or {}
        if _KEY in metadata:
            content = json.loads(metadata[_KEY])
            origin = msgspec.convert(content["origin"], PartOrigin)
            unchanged = content["rows"] == _digest(rows)
    except (MemoryError, PermissionError):  # Not the file's fault: it must not be made anew.
        raise
    except Exception as error:  # Whatever the damage happens to cause.
        raise RunError(f"{path} is damaged: {_line(error)}.") from None
    if _KEY not in metadata:
        raise ConfigError(f"{path} is a Parquet file, but none of kerasae's.")
    if not unchanged:
        raise RunError(f"{path} was changed since kerasae wrote it: its digest doesn't match.")
    return origin


def ids_digest(ids: list[str]) -> str:
    """SHA-256 of the names of images."""
    return hashlib.sha256(_joined(ids)).hexdigest()


def _joined(ids: list[str]) -> bytes:
    return "\0".join(ids).encode()


def _digest(rows: pa.Table) -> str:
    """SHA-256 of all values, however they are stored."""
    made = hashlib.sha256()
    parts = {ID: _joined(rows[ID].to_pylist()), **arrays(rows)}
    for name, values in parts.items():
        shape = getattr(values, "shape", ())
        made.update(f"{name} {shape} ".encode())
        made.update(np.ascontiguousarray(values).data if shape else values)
    return made.hexdigest()


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "").rstrip(".") or type(error).__name__
