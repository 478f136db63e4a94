"""Convolutional autoencoders on small images, with Keras 3 on TensorFlow.

Importing this package imports neither TensorFlow nor Keras; it makes sure that
kerasae's layers, model and optimizer are known to Keras as soon as Keras itself is imported, before
or after, so that `keras.saving.load_model("model.keras")` just works.
"""

import importlib

import wrapt

__version__ = "0.1.0"

_PUBLIC = {
    "Autoencoder": "kerasae.models.autoencoder",
    "TiedConv2D": "kerasae.layers.tied_conv2d",
    "TiedDense": "kerasae.layers.tied_dense",
    "load_autoencoder": "kerasae.models.autoencoder",
}
__all__ = [*_PUBLIC, "__version__"]


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'kerasae' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__():
    return sorted(__all__)


def _register_classes(_keras) -> None:
    """Keras finds custom classes by registration only, never by module path."""
    for module in ("layers", "models.image_model", "training.adam"):
        importlib.import_module(f"kerasae.{module}")


wrapt.when_imported("keras")(_register_classes)
