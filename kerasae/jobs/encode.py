"""Codes, reconstruction errors and labels of a whole dataset: in one file, or part by part."""

import contextlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from kerasae import files
from kerasae.data.sources import arrays
from kerasae.encoding import folder, guard, part_file
from kerasae.encoding.encoding import Encoding, open_encoding
from kerasae.encoding.part import Part
from kerasae.encoding.work import EncodingWork
from kerasae.names import CODE, LABEL, MSE_PER_PIXEL
from kerasae.progress_bar import progress_bar
from kerasae.run_dir import RunDir
from kerasae.verbs.encode import EncodingPlan
from kerasae.workers.makers import worker_maker
from kerasae.workers.pool import Pool

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
        return _write_arrays(plan, encoding)
    with RunDir(plan.out).locked():
        guard.require_free(plan.out, plan.resume)
        encoding = open_encoding(plan.given)
        encoding.announce()
        return _write_parts(plan, encoding)


def _write_arrays(plan: EncodingPlan, encoding: Encoding) -> dict[str, tuple[int, ...]]:
    """Writes the arrays of both splits."""
    parts = encoding.parts(plan.config.rows_per_part)
    with contextlib.closing(_encoded(plan, encoding, parts)) as encoded:
        tables = dict(encoded)
    made: dict[str, list[np.ndarray]] = {}
    for part in parts:
        for column, values in part_file.arrays(tables[part]).items():
            made.setdefault(f"{part.split}_{ARRAYS[column]}", []).append(values)
    whole = {name: np.concatenate(values) for name, values in made.items()}
    if encoding.source.spec.classes is not None:
        whole["class_names"] = np.array(encoding.source.spec.classes)
    with files.atomic_path(plan.out) as new:
        np.savez_compressed(new, **whole)
    return {name: array.shape for name, array in whole.items()}


def _write_parts(plan: EncodingPlan, encoding: Encoding) -> dict[str, tuple[int, ...]]:
    """Writes the parts that aren't there."""
    parts = {part.file: part for part in encoding.parts(plan.config.rows_per_part)}
    origins = {name: encoding.origin(part) for name, part in parts.items()}
    done = folder.finished(plan.out, origins)
    missing = [part for name, part in parts.items() if name not in done]
    with contextlib.closing(_encoded(plan, encoding, missing)) as encoded:
        for part, rows in encoded:
            part_file.write(plan.out / part.file, rows, origins[part.file])
    return {name: (part.rows,) for name, part in parts.items()}


def _encoded(
    plan: EncodingPlan, encoding: Encoding, parts: list[Part]
) -> Iterator[tuple[Part, pa.Table]]:
    """The rows of some parts, in the order in which they are made."""
    with progress_bar("encoding", total=sum(part.rows for part in parts)) as bar:
        if parts and plan.workers.apart:
            with contextlib.closing(_in_workers(plan, encoding, parts)) as encoded:
                for part, rows in encoded:
                    bar.update(part.rows)
                    yield part, rows
            return
        for part in parts:
            yield part, encoding.rows(part, bar.update)


def _in_workers(
    plan: EncodingPlan, encoding: Encoding, parts: list[Part]
) -> Iterator[tuple[Part, pa.Table]]:
    """As `_encoded`, several parts at a time."""
    config = plan.workers
    work = EncodingWork(plan.given, config.threads, arrays.all_given())
    if config.ray is not None:
        work = work.carrying_its_model()
    with contextlib.ExitStack() as stack:
        make_worker, _ = worker_maker(config, work, encoding.seen, stack)
        places = min(config.workers, len(parts))
        pool = Pool(make_worker, places, config.worker_patience, lambda _: None, encoding.seen)
        stack.enter_context(contextlib.closing(pool))
        for part in parts:
            pool.submit(part)
        for _ in parts:
            done = pool.next_done()
            yield done.task, done.outcome
