"""Codes, reconstruction errors and labels of a whole dataset: in one file, or part by part."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from kerasae import files
from kerasae.encoding import folder, guard, part_file
from kerasae.encoding.encoding import Encoding, open_encoding
from kerasae.encoding.part import Part
from kerasae.names import CODE, LABEL, MSE_PER_PIXEL
from kerasae.progress_bar import progress_bar
from kerasae.run_dir import RunDir
from kerasae.verbs.encode import EncodingPlan

# Columns of a part, and what they are called in an `.npz` file behind the split's name.
ARRAYS = {CODE: "codes", MSE_PER_PIXEL: MSE_PER_PIXEL, LABEL: "labels"}


def encode(plan: EncodingPlan) -> dict[str, tuple[int, ...]]:
    """Streams both splits through an encoder.

    Into an `.npz` file, whole or not at all, that holds for `train` and `test`: `<split>_codes`
    float32 `(n, code_size)`, `<split>_mse_per_pixel` float32 `(n,)` but for an exported encoder
    without a function for it, and, where there are labels, `<split>_labels` int64 `(n,)`, -1 for
    an image without one; and `class_names`.

    Or into a folder of Parquet files, see `part_file`, each whole or not at all; those that are
    there already are left alone. Memory doesn't grow with the dataset then.

    Args:
        plan: The encoder, the dataset, and where to.

    Returns:
        The shape of every array by name; of a folder, the rows of each part by its file's name.

    Raises:
        ConfigError: for a folder that holds other parts.
        RunError: for an encoder that gives NaN or infinity.
    """
    if plan.is_file:
        encoding = open_encoding(plan.given)
        encoding.announce()
        return _write_arrays(encoding, plan.out, plan.config.rows_per_part)
    with RunDir(plan.out).locked():
        guard.require_free(plan.out, plan.resume)
        encoding = open_encoding(plan.given)
        encoding.announce()
        return _write_parts(encoding, plan.out, plan.config.rows_per_part)


def _write_arrays(encoding: Encoding, out: Path, rows: int) -> dict[str, tuple[int, ...]]:
    """Writes the arrays of both splits."""
    made: dict[str, list[np.ndarray]] = {}
    for part, table in _encoded(encoding, encoding.parts(rows)):
        for column, values in part_file.arrays(table).items():
            made.setdefault(f"{part.split}_{ARRAYS[column]}", []).append(values)
    arrays = {name: np.concatenate(values) for name, values in made.items()}
    if encoding.source.spec.classes is not None:
        arrays["class_names"] = np.array(encoding.source.spec.classes)
    with files.atomic_path(out) as new:
        np.savez_compressed(new, **arrays)
    return {name: array.shape for name, array in arrays.items()}


def _write_parts(encoding: Encoding, out: Path, rows: int) -> dict[str, tuple[int, ...]]:
    """Writes the parts that aren't there."""
    parts = {part.file: part for part in encoding.parts(rows)}
    origins = {name: encoding.origin(part) for name, part in parts.items()}
    done = folder.finished(out, origins)
    missing = [part for name, part in parts.items() if name not in done]
    for part, table in _encoded(encoding, missing):
        part_file.write(out / part.file, table, origins[part.file])
    return {name: (part.rows,) for name, part in parts.items()}


def _encoded(encoding: Encoding, parts: list[Part]) -> Iterator[tuple[Part, pa.Table]]:
    """The rows of some parts, one after the other."""
    with progress_bar("encoding", total=sum(part.rows for part in parts)) as bar:
        for part in parts:
            yield part, encoding.rows(part, bar.update)
