"""The images of one split, wherever they lie, with the same face; and those in memory."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from kerasae.data.pixels import to_unit
from kerasae.data.spec import UNLABELLED
from kerasae.data.untuned import untuned

# Batches made ahead, where that pays; each may hold the images of several steps.
AHEAD = 2
# Column of an image's key.
POSITION = 2


class Split:
    """Images of one split, of one size, as uint8.

    Attributes:
        num_images: How many there are.
        image_shape: `(height, width, channels)`.
        labels: int64 `(num_images,)`, -1 where an image has none; None for a
            dataset without labels.
        class_names: The dataset's class names, indexed by label; None without labels.
        in_memory: Whether they are decoded already.
        ahead: Batches that another thread makes ahead.
    """

    in_memory: bool
    ahead: int

    def __init__(self, num_images, image_shape, labels, class_names):
        self.num_images = num_images
        self.image_shape = image_shape
        self.labels = labels if class_names else None
        self.class_names = class_names

    def steps_per_epoch(self, batch_size: int) -> int:
        """Batches that hold every image once, the last one as small as it comes."""
        return -(-self.num_images // batch_size)

    def batches(self, batch_size: int) -> tf.data.Dataset:
        """Every image once, in order: float32 `(batch, height, width, channels)` in [0, 1]."""
        return self._counted(self._ordered(batch_size, _image), self.steps_per_epoch(batch_size))

    def take(self, positions: np.ndarray) -> np.ndarray:
        """Images at some positions; a streamed split is read up to the last of them.

        Args:
            positions: Integers `(n,)`, in any order, also repeated.

        Returns:
            uint8 `(n, height, width, channels)`, in the order of `positions`.
        """
        raise NotImplementedError

    def every_image(self) -> np.ndarray:
        """All of them, uint8 `(num_images, height, width, channels)`."""
        return self.take(np.arange(self.num_images))

    @property
    def classes_present(self) -> np.ndarray:
        """Numbers of the classes that have an image here, int64, ascending."""
        labelled = self._labelled
        return np.unique(self.labels[labelled]) if len(labelled) else labelled

    @property
    def labelled_images(self) -> int:
        """How many images have a label."""
        return len(self._labelled)

    @property
    def _labelled(self) -> np.ndarray:
        """Positions of the images that have a label: the one place that decides it."""
        if self.labels is None:
            return np.array([], np.int64)
        return np.flatnonzero(self.labels != UNLABELLED)

    def labelled(self) -> "Split":
        """The images that have a label, in this split's order; itself where all have one."""
        positions = self._labelled
        return self if len(positions) == self.num_images else self._chosen(positions)

    def subset(self, count: int | None, seed: int) -> "Split":
        """At most `count` images, sampled by `seed`, in this split's order; itself where None.

        Args:
            count: 1 or more.
            seed: 0 or more.
        """
        if count is None or count >= self.num_images:
            return self
        order = np.random.default_rng(seed).permutation(self.num_images)
        return self._decoded_at(np.sort(order[:count]))

    def training_batches(
        self, batch_size: int, seed: int, first_epoch: int, epochs: int, make: Callable
    ) -> tf.data.Dataset:
        """Epochs `first_epoch` to `epochs - 1`, one after the other, without a gap.

        The order of an epoch is a function of the seed and the epoch's number,
        so a run that was interrupted goes on exactly as it would have.

        Args:
            batch_size: Images of a batch; the last one of an epoch may have fewer.
            seed: Of the order, 0 or more.
            first_epoch: Counted from 0.
            epochs: Epochs of the whole training.
            make: From images, float32 `(batch, height, width, channels)` in
                [0, 1], and a key for each, int64 `(batch, 3)`: seed, epoch
                (counted from 0) and position in this split, to an element of
                the dataset. What is random in it must follow from the keys.

        Returns:
            `steps_per_epoch` elements for each epoch.
        """

        def shuffled(epoch):
            def finish(positions, images):
                positions = tf.cast(positions, tf.int64)
                seeds = tf.fill(tf.shape(positions), tf.constant(seed, tf.int64))
                epochs = tf.fill(tf.shape(positions), epoch)
                return make(to_unit(images), tf.stack([seeds, epochs, positions], axis=1))

            return self._shuffled(batch_size, finish, seed, epoch)

        batches = tf.data.Dataset.range(first_epoch, epochs).flat_map(shuffled)
        return self._counted(batches, (epochs - first_epoch) * self.steps_per_epoch(batch_size))

    def labelled_training_batches(
        self, batch_size: int, seed: int, first_epoch: int, epochs: int
    ) -> tf.data.Dataset:
        """The images of `training_batches`, paired with int64 labels `(batch,)`."""
        labels = tf.constant(self.labels)

        def image_and_label(images, keys):
            return images, tf.gather(labels, keys[:, POSITION])

        return self.training_batches(batch_size, seed, first_epoch, epochs, image_and_label)

    def _chosen(self, positions) -> "Split":
        """Images at some positions, ascending, held as these are."""
        raise NotImplementedError

    def _decoded_at(self, positions) -> "MemorySplit":
        """Images at some positions, ascending, in memory."""
        labels = None if self.labels is None else self.labels[positions]
        return MemorySplit(self.take(positions), labels, self.class_names)

    def _counted(self, batches, count):
        """A source that yields fewer or more batches is an error."""
        batches = batches.apply(tf.data.experimental.assert_cardinality(count))
        return untuned(batches.prefetch(self.ahead) if self.ahead else batches)

    def _ordered(self, batch_size, finish):
        """Batches of what `finish` makes of positions in this split and their uint8 images."""
        raise NotImplementedError

    def _shuffled(self, batch_size, finish, seed, epoch):
        """The same, in the order of one epoch."""
        raise NotImplementedError


def _image(positions, images):
    return to_unit(images)


class MemorySplit(Split):
    """Images decoded once and kept.

    To take a batch out of them costs a CPU less than another thread would take
    from the step, which uses all cores; a GPU's step leaves them free.
    """

    in_memory = True

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray | None = None,
        class_names: tuple[str, ...] | None = None,
    ):
        super().__init__(len(images), images.shape[1:], labels, class_names)
        self.ahead = AHEAD if tf.config.list_physical_devices("GPU") else 0
        with tf.device("CPU"):
            self.images = tf.constant(images)

    def take(self, positions):
        with tf.device("CPU"):
            return tf.gather(self.images, positions).numpy()

    def _chosen(self, positions):
        return self._decoded_at(positions)

    def _ordered(self, batch_size, finish):
        return self._gather(tf.range(self.num_images), batch_size, finish)

    def _shuffled(self, batch_size, finish, seed, epoch):
        order = tf.random.experimental.stateless_shuffle(
            tf.range(self.num_images), seed=tf.stack([tf.constant(seed, tf.int64), epoch])
        )
        return self._gather(order, batch_size, finish)

    def _gather(self, order, batch_size, finish):
        def gather(start):
            positions = order[start : start + batch_size]
            return finish(positions, tf.gather(self.images, positions))

        return tf.data.Dataset.range(0, self.num_images, batch_size).map(gather)
