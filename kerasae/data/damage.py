"""Files of a dataset that can't be read: one message for whatever TensorFlow says."""

import contextlib
from collections.abc import Callable, Iterator

from kerasae.config import RunError


@contextlib.contextmanager
def readable(
    dataset: str, find: Callable[[], str | None], *, reads_alone: bool = True
) -> Iterator[None]:
    """Raises RunError where the dataset's files are damaged or not all there.

    Args:
        dataset: Its name, for the message.
        find: Looks for the file that is damaged, see `Source.find_damage`.
        reads_alone: Whether the block does nothing else that may fail. An error of a step of
            training on streamed images is raised as it is where no file is damaged.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        reason = find()
        if reason is None and not reads_alone:
            raise
        reason = reason or first_line(error.message)
        raise RunError(f"The files of {dataset} can't be read: {reason}") from error


def first_line(text: object) -> str:
    """The first line of an error's text: TensorFlow and TFDS add pages to it."""
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "no reason")
