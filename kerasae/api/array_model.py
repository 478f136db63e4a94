"""An autoencoder applied to arrays of images."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasae.api import images
from kerasae.api.batches import in_batches
from kerasae.arrays import described
from kerasae.config import require

if TYPE_CHECKING:
    from kerasae.models.autoencoder import Autoencoder

FILE = "model.keras"


class ArrayModel:
    """The functions of an autoencoder on NumPy arrays.

    Images are uint8, or floating-point in [0, 1], of the model's size:
    `(n, height, width, channels)`, or `(n, height, width)` where they are grey. Pickled, it is
    the bytes of a `.keras` file, which is loaded in Keras's safe mode.

    Attributes:
        autoencoder: The model.

    Raises:
        ConfigError: from each of its functions, for arrays of another type, range or shape.
    """

    def __init__(self, autoencoder: "Autoencoder"):
        self.autoencoder = autoencoder
        self._functions = _functions(autoencoder)

    def encode(self, given: Any) -> np.ndarray:
        """Codes of images, float32 `(n, code_size)`."""
        return self._of_images("encode", given)

    def reconstruct(self, given: Any) -> np.ndarray:
        """What the model makes of images, float32, in their shape."""
        found = self._of_images("reconstruct", given)
        return found[..., 0] if np.ndim(given) == 3 else found

    def errors(self, given: Any) -> np.ndarray:
        """Mean squared error per pixel and channel of each image, float32 `(n,)`."""
        return self._of_images("errors", given)

    def decode(self, codes: Any) -> np.ndarray:
        """Images of codes `(n, code_size)`, float32 `(n, height, width, channels)`."""
        codes, size = np.asarray(codes), self.autoencoder.code_size
        fits = codes.ndim == 2 and codes.shape[1] == size and codes.dtype.kind in "fiu"
        require(
            fits and len(codes) > 0 and bool(np.isfinite(codes).all()),
            f"codes must be an array of finite numbers (n, {size}).",
            codes=described(codes),
        )
        return in_batches(self._functions["decode"], codes)

    def __getstate__(self) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / FILE
            self.autoencoder.model.save(path)
            return path.read_bytes()

    def __setstate__(self, state: bytes):
        from kerasae.models.autoencoder import load_autoencoder
        from kerasae.training.seeding import caller_left_alone

        with caller_left_alone(), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / FILE
            path.write_bytes(state)
            self.__init__(load_autoencoder(path))

    def _of_images(self, function: str, given: Any) -> np.ndarray:
        """The rows that a function makes of images."""
        taken = images.unit(given, self.autoencoder.image_shape)
        return in_batches(self._functions[function], taken)


def _functions(autoencoder: "Autoencoder") -> dict[str, Callable[[Any], Any]]:
    """Functions of images as they are stored, scaled as in training, and of codes."""
    import tensorflow as tf

    from kerasae.data import pixels

    def scaled(stored):
        return pixels.to_unit(stored) if stored.dtype == tf.uint8 else tf.cast(stored, tf.float32)

    # Called layer by layer: some milliseconds a batch, and no second of tracing before the first.
    return {
        "encode": lambda stored: autoencoder.encoder(scaled(stored), training=False),
        "reconstruct": lambda stored: autoencoder.model(scaled(stored), training=False),
        "errors": lambda stored: autoencoder.errors(scaled(stored)),
        "decode": lambda codes: autoencoder.decoder(tf.cast(codes, tf.float32), training=False),
    }
