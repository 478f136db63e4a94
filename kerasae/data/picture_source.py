"""Pictures in files as a source of images and labels."""

import logging

import numpy as np

from kerasae import wording
from kerasae.config import ConfigError, RunError, require
from kerasae.data import content, held_out, pictures
from kerasae.data.config import DataConfig
from kerasae.data.picture_files import PictureFiles
from kerasae.data.picture_scan import Scan, open_picture, scan
from kerasae.data.pictures import BrokenPictureError
from kerasae.data.spec import DatasetSpec

logger = logging.getLogger(__name__)
# Broken files that are named; all of them are counted.
MAX_NAMED = 10
# So many pictures are decoded in a call, as long as they have no more bytes: two calls at a time
# hinder each other in Python, which costs more than to decode a small picture.
TOGETHER = 32
BATCH_BYTES = 2**22


class PictureSource:
    """Picture files as a `Source`; images of all of them are grey, or all RGB.

    Args:
        name: The dataset's name, as `DatasetName` reads it.
        found: Its files.
        config: Of it `skip_broken` and `background`.

    Raises:
        ConfigError: for too few pictures.
        RunError: for broken ones, unless they are to be skipped.
    """

    def __init__(self, name: str, found: PictureFiles, config: DataConfig):
        self._name, self._files, self._background = name, found, config.background
        for note in found.notes:
            logger.warning("%s: %s", wording.one_line(name), note)
        seen = scan(found, name, whole=config.skip_broken)
        rows = _whole(name, found, seen, config.skip_broken)
        self._sizes, self._damage = seen.sizes, None
        self.unreadable = _broken(found, seen)
        self._channels = 3 if seen.colour[rows].any() else 1
        self._rows = _divided(name, found, rows)
        self._largest = int(seen.sizes[rows].prod(axis=1, dtype=np.int64).max()) * self._channels
        self.spec = DatasetSpec(
            name=name,
            image_shape=(*_common_size(seen.sizes[rows]), self._channels),
            classes=found.classes,
            splits=found.splits or held_out.describe("all", found.classes is not None),
            sizes={split: len(some) for split, some in self._rows.items()},
            default_image_size=None,
            licence="not stated",
            citation="",
            content=self._content(seen),
        )
        self._note(seen, rows)

    def _content(self, seen: Scan) -> str:
        """Digest of what decides the images and labels of both parts, see `picture_scan`."""
        every = np.concatenate(list(self._rows.values()))
        facts = {
            "classes": self._files.classes,
            "sizes": {split: len(some) for split, some in self._rows.items()},
            "background": self._background if seen.transparent[every].any() else None,
        }
        parts = (self._files.labels[every].data, np.ascontiguousarray(seen.digests[every]).data)
        return content.digest(facts, parts)

    def _note(self, seen: Scan, rows: np.ndarray) -> None:
        """Says what was done to pictures that differ from the others."""
        classes = self._files.classes
        if classes is not None and len(classes) == 1:
            logger.warning(
                "%s: all pictures are of one class, %s; nothing can be read out of their codes.",
                wording.one_line(self._name), classes[0],
            )  # fmt: skip
        transparent, grey = seen.transparent[rows].sum(), len(rows) - seen.colour[rows].sum()
        shown = wording.one_line(self._name)
        if transparent:
            logger.info(
                "%s: %s of %s files can be transparent; they are laid on %s (--background).",
                shown, f"{transparent:,}", f"{len(rows):,}", self._background,
            )  # fmt: skip
        if grey and self._channels == 3:
            logger.info(
                "%s: %s of %s files are grey, the others are not: all are read as RGB "
                "(--channels=grey for the other way round).",
                shown, f"{grey:,}", f"{len(rows):,}",
            )  # fmt: skip

    def records(self, split, positions):
        import tensorflow as tf

        rows = self._rows[split][positions]
        return tf.data.Dataset.from_tensor_slices((rows, self._files.labels[rows]))

    def decode(self, records):
        import tensorflow as tf

        height, width, channels = self.spec.image_shape
        together = max(1, min(TOGETHER, BATCH_BYTES // self._largest))

        def decode(rows, others):
            read = tf.numpy_function(self._decode_rows, [rows], (tf.uint8, tf.int64))
            pixels = tf.ensure_shape(read[0], (None,))  # One image after the other.
            sizes = tf.ensure_shape(read[1], (None, 2))
            if height is not None:
                return tf.reshape(pixels, (-1, height, width, channels)), others
            lengths = tf.reduce_prod(sizes, axis=1) * channels
            return (tf.RaggedTensor.from_row_lengths(pixels, lengths), sizes), others

        def shaped(flat, other):
            pixels, size = flat
            return tf.reshape(pixels, (size[0], size[1], channels)), other

        decoded = records.batch(together).map(decode, num_parallel_calls=tf.data.AUTOTUNE).unbatch()
        return decoded if height is not None else decoded.map(shaped)

    def _decode_rows(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of some files, uint8, one after the other, and their sizes, int64 `(n, 2)`."""
        images = [self._decoded(row) for row in rows]
        sizes = np.array([image.shape[:2] for image in images], np.int64)
        return np.concatenate([image.ravel() for image in images]), sizes

    def _decoded(self, row: int) -> np.ndarray:
        """uint8 `(height, width, channels)` of a file."""
        try:
            with open_picture(self._files.path(row)) as file:
                image = pictures.decode(file, self._channels, self._background)
            if image.shape[:2] != tuple(self._sizes[row]):
                raise BrokenPictureError("it was changed since this command began")
        except BrokenPictureError as error:
            self._damage = f"{self._files.shown(row)}: {error}."
            raise
        return image

    def find_damage(self):
        return self._damage

    def image_name(self, split: str, position: int) -> str:
        """As in `SourceOfFiles`."""
        return self._files.name(self._rows[split][position])


def check(name: str, found: PictureFiles, config: DataConfig) -> tuple[int, int] | None:
    """Refuses, without TensorFlow, what `PictureSource` would; returns their one size."""
    seen = scan(found, name, whole=config.skip_broken)
    rows = _whole(name, found, seen, config.skip_broken)
    _divided(name, found, rows)
    height, width = _common_size(seen.sizes[rows])
    return (height, width) if height else None


def _common_size(sizes: np.ndarray) -> tuple[int | None, int | None]:
    """The one size there is, or twice None."""
    if not len(sizes) or (sizes != sizes[0]).any():
        return None, None
    return int(sizes[0, 0]), int(sizes[0, 1])


def _broken(found: PictureFiles, seen: Scan) -> list[str]:
    """Each file that holds no picture that can be read, with the reason, as far as it is kept."""
    return [
        f"{found.shown(row)}: {reason}"
        for row, reason in zip(seen.broken, seen.reasons, strict=False)
    ]


def _whole(name: str, found: PictureFiles, seen: Scan, skip: bool) -> np.ndarray:
    """Rows of the files that aren't broken; names the broken ones, which only `skip` lets pass."""
    count, broken = len(found.names), len(seen.broken)
    if not broken:
        return np.arange(count)
    named = "; ".join(_broken(found, seen)[:MAX_NAMED])
    more = f"; and {broken - MAX_NAMED:,} more" if broken > MAX_NAMED else ""
    what = f"{wording.one_line(name)}: {broken:,} of {count:,} files can't be read"
    if not skip:
        raise RunError(f"{what}: {named}{more}. --skip_broken leaves them out.")
    logger.warning("%s and are left out: %s%s.", what, named, more)
    return np.delete(np.arange(count), seen.broken)


def _divided(name: str, found: PictureFiles, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Rows of train and test pictures, of those that are to be used."""
    shown = wording.one_line(name)
    if found.splits:
        ends = list(found.parts.values())
        parts = np.split(rows, np.searchsorted(rows, ends[:-1]))
        for part, some in zip(found.parts, parts, strict=True):
            require(len(some) > 0, f"--dataset={shown}: no {part} picture can be read.", pictures=0)
        return dict(zip(found.parts, parts, strict=True))
    if len(rows) < 2:
        raise ConfigError(
            f"--dataset={shown} has no test part, and too few pictures to hold one out. "
            f"Received: pictures={len(rows)}."
        )
    test = held_out.test_positions(found.labels[rows])
    return {"train": np.delete(rows, test), "test": rows[test]}
