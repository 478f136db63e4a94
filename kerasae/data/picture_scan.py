"""A look at every picture of a dataset before one is used: sizes, colour, what is broken, content.

A file's header is read and its first bytes are hashed. What was found of many files is kept in
the cache folder, and read again as long as their names, sizes and times stay.
"""

import concurrent.futures
import dataclasses
import hashlib
import io
import logging
import os
import stat
import sys
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from kerasae import arrays, files, wording
from kerasae.config import RunError
from kerasae.data import pictures
from kerasae.data.cache_folder import cache_folder
from kerasae.data.picture_files import PictureFiles
from kerasae.data.pictures import BrokenPictureError

logger = logging.getLogger(__name__)
FOLDER = "scans"
# Of each file so many bytes are hashed at most, and its size: all of a small picture.
HASHED_BYTES = 2**16
TOGETHER = 256
# Fewer files are looked at again faster than it is worth a file.
WORTH_KEEPING = 2_000
# Scans in the cache folder; those that were not used for longest go first.
MOST_KEPT = 20
# Of another version, what is in the cache is made anew.
_VERSION = 1


@dataclasses.dataclass(frozen=True)
class Scan:
    """What was found of the `n` files of a dataset.

    Attributes:
        sizes: `(height, width)` of each, int32 `(n, 2)`; 0 where it is broken.
        colour: Whether each is more than grey, `(n,)`.
        transparent: Whether each may be transparent somewhere, `(n,)`.
        digests: Of each file's size and first bytes, uint8 `(n, 16)`.
        broken: Rows of the broken ones, ascending.
        reasons: What is wrong with each of these.
    """

    sizes: np.ndarray
    colour: np.ndarray
    transparent: np.ndarray
    digests: np.ndarray
    broken: np.ndarray
    reasons: np.ndarray


def scan(found: PictureFiles, dataset: str, whole: bool) -> Scan:
    """Looks at every file, or remembers what was seen.

    Args:
        found: The files.
        dataset: Its name, for the progress bar.
        whole: Whether each is decoded, so that one that is damaged anywhere is found. A file
            without the end of its format is decoded anyway.
    """
    signature = hashlib.sha256(f"{_VERSION} {whole} {found.signature()}".encode()).hexdigest()[:32]
    if len(found.names) < WORTH_KEEPING:
        return _remembered(signature) or _remember(signature, _scan(found, dataset, whole))
    folder = cache_folder()
    path = folder and folder / FOLDER / f"{signature}.npz"
    seen = _remembered(signature) or (path and path.exists() and _read(path))
    if not seen:
        seen = _scan(found, dataset, whole)
        if path:
            _write(path, seen)
    return _remember(signature, seen)


# The last scan of this process: a command looks at its dataset before TensorFlow starts, and after.
_last: dict[str, Scan] = {}


def _remembered(signature: str) -> Scan | None:
    return _last.get(signature)


def _remember(signature: str, seen: Scan) -> Scan:
    _last.clear()
    _last[signature] = seen
    return seen


def _read(path: Path) -> Scan | None:
    """A scan from its file; None where that is damaged."""
    names = [field.name for field in dataclasses.fields(Scan)]
    try:
        stored = arrays.read(path, *names)
        path.touch()
        return Scan(**{name: stored[name] for name in names})
    except (RunError, OSError) as error:
        logger.warning("%s is made anew: %s", path, error)
        return None


def _write(path: Path, seen: Scan) -> None:
    """Keeps a scan, and no more of them than are useful; it must not fail for that."""
    try:
        with files.atomic_path(path) as new:
            np.savez(new, **{f.name: getattr(seen, f.name) for f in dataclasses.fields(Scan)})
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s can't be kept: %s.", path, error.strerror or error)


def _scan(found: PictureFiles, dataset: str, whole: bool) -> Scan:
    from tqdm import tqdm

    count = len(found.names)
    sizes, digests = np.zeros((count, 2), np.int32), np.zeros((count, 16), np.uint8)
    colour, transparent = np.zeros(count, bool), np.zeros(count, bool)
    reasons: dict[int, str] = {}

    def look(start: int) -> int:
        stop = min(start + TOGETHER, count)
        for row in range(start, stop):
            try:
                header, digests[row] = _look(found.path(row), whole)
                sizes[row] = header.height, header.width
                colour[row], transparent[row] = header.colour, header.transparent
            except BrokenPictureError as error:
                reasons[row] = str(error)
        return stop - start

    bar = tqdm(total=count, desc=f"looking at {wording.one_line(dataset)}", file=sys.stderr,
               disable=None, leave=False, delay=1)  # fmt: skip
    with (
        warnings.catch_warnings(),
        concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool,
        bar,
    ):
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # Our own limit is lower.
        for done in pool.map(look, range(0, count, TOGETHER)):
            bar.update(done)
    broken = sorted(reasons)
    return Scan(
        sizes, colour, transparent, digests, np.array(broken, np.int64),
        np.array([reasons[row] for row in broken], np.str_),
    )  # fmt: skip


def _look(path: str, whole: bool) -> tuple[pictures.Header, np.ndarray]:
    """Header and digest of one file; raises BrokenPictureError."""
    with open_picture(path) as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise BrokenPictureError("it is empty")
        head = file.read(HASHED_BYTES)
        seen = io.BytesIO(head) if len(head) == size else file
        seen.seek(0)
        header = pictures.read_header(seen)
        if whole or not header.ended:
            seen.seek(0)
            pictures.decode(seen, 3, "black")
    digest = hashlib.blake2b(b"%d " % size + head, digest_size=16).digest()
    return header, np.frombuffer(digest, np.uint8)


def open_picture(path: str) -> io.BufferedReader:
    """Opens a file; raises BrokenPictureError for none, and for a pipe, which has no end."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            raise BrokenPictureError("it is no regular file")
        return open(path, "rb")  # noqa: PTH123
    except OSError as error:
        raise BrokenPictureError(f"it can't be opened: {error.strerror or error}") from None
