"""Images of a split that are decoded anew in every epoch."""

import numpy as np
import tensorflow as tf

from kerasae.data.split import AHEAD, Split
from kerasae.data.untuned import untuned


class StreamedSplit(Split):
    """Images decoded anew in every epoch, for what doesn't fit the memory budget.

    An epoch is shuffled in blocks of stored (still encoded) images, so it is
    less thoroughly mixed than one in memory.

    Args:
        records: Stored images, in the split's order.
        decode: As `Source.decode`; gives images of `image_shape`.
        num_images, image_shape, labels, class_names: As of every split.
        block: Images that are shuffled together.
    """

    in_memory = False
    ahead = AHEAD

    def __init__(
        self,
        records: tf.data.Dataset,
        decode,
        num_images,
        image_shape,
        labels,
        class_names,
        block: int,
    ):
        super().__init__(num_images, image_shape, labels, class_names)
        self._records = records.enumerate()
        self._decode = decode
        self._block = block

    def take(self, positions):
        once, places = np.unique(positions, return_inverse=True)
        decoded = self._decode(self._stored_at(once).map(lambda stored: (stored, 0)))
        images = [image for image, _ in untuned(decoded).as_numpy_iterator()]
        return np.stack(images)[places]

    def _chosen(self, positions):
        return StreamedSplit(
            self._stored_at(positions),
            self._decode,
            len(positions),
            self.image_shape,
            None if self.labels is None else self.labels[positions],
            self.class_names,
            self._block,
        )

    def _stored_at(self, positions):
        """Stored images at positions that ascend, read up to the last of them."""
        wanted = np.zeros(positions[-1] + 1 if len(positions) else 0, bool)
        wanted[positions] = True
        wanted = tf.constant(wanted)
        records = self._records.take(len(wanted)).filter(lambda position, _: wanted[position])
        return records.map(lambda _, stored: stored)

    def _ordered(self, batch_size, finish):
        records = self._records.map(lambda position, stored: (stored, position))
        return self._decoded(records, batch_size, finish)

    def _shuffled(self, batch_size, finish, seed, epoch):
        # `Dataset.shuffle` takes no seed that changes with the epoch, so blocks are shuffled
        # instead; the start moves from epoch to epoch, and with it what shares a block.
        key = tf.stack([tf.constant(seed, tf.int64), epoch])
        start = tf.random.stateless_uniform((), key, 0, self.num_images, tf.int64)
        turned = self._records.skip(start).concatenate(self._records.take(start))

        def shuffle(block_number, block):
            positions, stored = block
            order = tf.random.experimental.stateless_shuffle(
                tf.range(tf.size(positions)), seed=key + tf.stack([(block_number + 1) * 2**32, 0])
            )
            return tf.gather(stored, order), tf.gather(positions, order)

        shuffled = turned.batch(self._block).enumerate().map(shuffle).unbatch()
        return self._decoded(shuffled, batch_size, finish)

    def _decoded(self, records, batch_size, finish):
        batches = self._decode(records).batch(batch_size, num_parallel_calls=tf.data.AUTOTUNE)
        return batches.map(
            lambda images, positions: finish(positions, images),
            num_parallel_calls=tf.data.AUTOTUNE,
        )
