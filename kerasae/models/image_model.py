"""A Keras model that looks at its images before it believes them."""

import keras
import numpy as np


@keras.saving.register_keras_serializable("kerasae")
class ImageModel(keras.Model):
    """A functional model of images in [0, 1] that refuses any others.

    Keras casts whatever it gets to float32, so raw pixels of 0 to 255 would
    give a code, only a meaningless one. Values are looked at where there are
    some; while a graph is traced there is a type alone, and `predict` looks at
    every batch itself.

    Input shape:
        `(batch, height, width, channels)`, floating-point in [0, 1].

    Raises:
        ValueError: for images of another type, or with values outside [0, 1].

    Example:

    >>> image = keras.Input((28, 28, 1))
    >>> model = ImageModel(image, keras.layers.Flatten()(image))
    >>> raw = np.full((5, 28, 28, 1), 255, "uint8")
    >>> model(raw / 255).shape
    TensorShape([5, 784])
    """

    def __call__(self, images, *args, **kwargs):
        require_unit(images)
        return super().__call__(images, *args, **kwargs)

    def predict(self, x, *args, **kwargs):
        """As `keras.Model.predict`, of images or of batches of them."""
        if isinstance(x, np.ndarray) or keras.ops.is_tensor(x):
            require_unit(x)
        return super().predict(x, *args, **kwargs)


def require_unit(images) -> None:
    """Refuses what can't be images in [0, 1].

    Args:
        images: An array, or a tensor with or without values.

    Raises:
        ValueError: with what was received.
    """
    if not hasattr(images, "dtype"):
        images = np.asarray(images)
    kind = keras.backend.standardize_dtype(images.dtype)
    if "float" not in kind:
        raise ValueError(f"{_RULE} Received: dtype={kind}.")
    if isinstance(images, keras.KerasTensor) or not (
        isinstance(images, np.ndarray) or hasattr(images, "numpy")
    ):
        return  # A graph is being made, and there are no values yet.
    values = np.asarray(images)
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"{_RULE} Received: values from {values.min():g} to {values.max():g}.")


_RULE = (
    "Images must be floating-point numbers in [0, 1]; raw pixels of 0 to 255 are divided by 255."
)
