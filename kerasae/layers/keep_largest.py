"""Only the largest numbers of a code go on to the decoder."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerasae")
class KeepLargest(keras.layers.Layer):
    """Sets all but the `count` largest numbers of each code to 0, in training and afterwards.

    Numbers as large as the smallest of them are kept as well.

    Args:
        count: Integer, numbers that are kept; all where a code has no more.

    Input shape:
        `(batch, code_size)`, floating-point.

    Output shape:
        The same.

    Raises:
        ValueError: for a count below 1.

    Example:
        >>> KeepLargest(2)(keras.ops.array([[0.5, -3.0, 2.0, 1.0]])).numpy().tolist()
        [[0.0, 0.0, 2.0, 1.0]]

    Reference:
        Makhzani and Frey, "k-Sparse Autoencoders", ICLR 2014.
    """

    def __init__(self, count, **kwargs):
        super().__init__(**kwargs)
        if count < 1:
            raise ValueError(f"`count` must be 1 or more. Received: count={count}")
        self.count = count

    def call(self, code):
        largest, _ = ops.top_k(code, min(self.count, code.shape[-1]))
        return ops.where(code >= largest[:, -1:], code, 0.0)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"count": self.count}
