"""Images of a split that were decoded into a file, see `decoded_file`."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from kerasae.data.decoded_file import DecodedFile
from kerasae.data.file_rows import CHUNK_BYTES
from kerasae.data.split import AHEAD, Split

SHUFFLED_BYTES = 2**25


class FileSplit(Split):
    """Images read from a file as they are used.

    An epoch reads chunks of neighbours in random order and shuffles the images
    of hundreds of chunks at a time, so that a disk is read in pieces that it reads fast and
    memory stays what it is, however many images there are.

    Args:
        file: The images.
        rows: Which of them are this split's, ascending, int64.
        labels: int64, of these; None for a dataset without labels.
        class_names: The dataset's class names; None without labels.
    """

    in_memory = False
    ahead = AHEAD

    def __init__(
        self,
        file: DecodedFile,
        rows: np.ndarray,
        labels: np.ndarray | None,
        class_names: tuple[str, ...] | None,
    ):
        super().__init__(len(rows), file.images.shape[1:], labels, class_names)
        self._file, self._rows = file, rows
        self._chunk = max(1, CHUNK_BYTES // int(np.prod(self.image_shape)))
        self._chunks_shuffled = max(2, SHUFFLED_BYTES // CHUNK_BYTES)

    def take(self, positions):
        once, places = np.unique(positions, return_inverse=True)
        return self._file.images[self._rows[once]][places]

    def _chosen(self, positions):
        labels = None if self.labels is None else self.labels[positions]
        return FileSplit(self._file, self._rows[positions], labels, self.class_names)

    def _ordered(self, batch_size, finish):
        def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
            for start in range(0, self.num_images, batch_size):
                positions = np.arange(start, min(start + batch_size, self.num_images))
                yield positions, self._file.images[self._rows[positions]]

        return self._dataset(batches, ()).map(finish)

    def _shuffled(self, batch_size, finish, seed, epoch):
        def batches(epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
            return self._cut(self._pools(np.random.default_rng((seed, int(epoch)))), batch_size)

        return self._dataset(batches, (epoch,)).map(finish)

    def _pools(self, draw: np.random.Generator) -> Iterator[tuple[np.ndarray, ...]]:
        """Positions and images of some chunks at a time, and the order to take them in."""
        order = draw.permutation(-(-self.num_images // self._chunk))
        for start in range(0, len(order), self._chunks_shuffled):
            chunks = np.sort(order[start : start + self._chunks_shuffled])
            positions = (chunks[:, np.newaxis] * self._chunk + np.arange(self._chunk)).ravel()
            positions = positions[positions < self.num_images]
            images = self._file.images[self._rows[positions]]
            yield positions, images, draw.permutation(len(positions))

    def _cut(self, pools, batch_size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Batches of a size, the last one as small as it comes."""
        kept_positions, kept_images, kept = [], [], 0
        for positions, images, order in pools:
            start = 0
            while start < len(order):
                chosen = order[start : start + batch_size - kept]
                start += len(chosen)
                kept += len(chosen)
                kept_positions.append(positions[chosen])
                kept_images.append(images[chosen])
                if kept == batch_size:
                    yield np.concatenate(kept_positions), np.concatenate(kept_images)
                    kept_positions, kept_images, kept = [], [], 0
        if kept:
            yield np.concatenate(kept_positions), np.concatenate(kept_images)

    def _dataset(self, batches, args) -> tf.data.Dataset:
        """A dataset of positions and uint8 images."""
        signature = (
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((None, *self.image_shape), tf.uint8),
        )
        return tf.data.Dataset.from_generator(batches, output_signature=signature, args=args)
