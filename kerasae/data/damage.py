"""Files of a dataset that can't be read: one message for whatever TensorFlow says."""

import contextlib
from collections.abc import Callable, Iterator

from kerasae.config import RunError


@contextlib.contextmanager
def readable(dataset: str, find: Callable[[], str | None]) -> Iterator[None]:
    """Raises RunError where the dataset's files are damaged or not all there.

    Args:
        dataset: Its name, for the message.
        find: Looks for the file that is damaged, see `Source.find_damage`.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        reason = find() or first_line(error.message)
        raise RunError(f"The files of {dataset} can't be read: {reason}") from None


@contextlib.contextmanager
def explained(dataset: str, find: Callable[[], str | None]) -> Iterator[None]:
    """Raises RunError for an error of TensorFlow where a file that is damaged explains it.

    For what may fail of other causes, too, such as a step of training on streamed images.

    Args:
        dataset: Its name, for the message.
        find: Looks for the file that is damaged, see `Source.find_damage`.
    """
    import tensorflow as tf

    try:
        yield
    except tf.errors.OpError as error:
        reason = find()
        if reason is None:
            raise
        raise RunError(f"The files of {dataset} can't be read: {reason}") from error


def first_line(text: object) -> str:
    """The first line of an error's text: TensorFlow and TFDS add pages to it."""
    return next((line.strip() for line in str(text).splitlines() if line.strip()), "no reason")
