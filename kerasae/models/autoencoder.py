"""An autoencoder as three views of one graph, and how it is saved and loaded."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
from keras import ops

from kerasae import names, registry
from kerasae.config import RunError
from kerasae.layers.tying import Tied
from kerasae.models import graph, saved, summary
from kerasae.models.image_model import ImageModel


@dataclasses.dataclass(frozen=True)
class Autoencoder:
    """Model, encoder and decoder over the same tensors and the same variables.

    Attributes:
        model: `(batch, height, width, channels)` float32 in [0, 1] to its
            reconstruction, same shape.
        encoder: the same input to the code, `(batch, code_size)`.
        decoder: the code to the reconstruction. With tied layers its variables
            are the encoder's, so freezing one freezes both.
    """

    model: keras.Model
    encoder: keras.Model
    decoder: keras.Model

    @classmethod
    def from_model(cls, model: keras.Model) -> "Autoencoder":
        """Takes encoder and decoder out of a whole model.

        Raises:
            ValueError: where the model has no layer named `code`.
        """
        code = model.get_layer(names.CODE).output
        return cls(
            model=model,
            encoder=ImageModel(model.input, code, name="encoder"),
            decoder=keras.Model(code, model.output, name="decoder"),
        )

    def errors(self, images):
        """Reconstruction error of each image, see `mse_per_pixel`.

        Args:
            images: float32 `(batch, height, width, channels)` in [0, 1].

        Returns:
            float32 `(batch,)`.
        """
        return mse_per_pixel(images, self.model(images, training=False))

    def encoder_tensors(self) -> dict[str, keras.KerasTensor]:
        """Output of every encoder layer by the layer's name, from image to code.

        A tied layer is called twice and has no `output` of its own; the
        encoder's graph holds its forward call only.
        """
        depths = sorted(self.encoder._nodes_by_depth, reverse=True)
        nodes = [node for depth in depths for node in self.encoder._nodes_by_depth[depth]]
        return {node.operation.name: node.outputs[0] for node in nodes}

    def summary(self) -> str:
        """Every call of a layer with shape and parameters, see `models.summary`; to be printed."""
        return summary.text(self)

    @property
    def bottleneck(self) -> keras.layers.Layer | None:
        """The layer between code and decoder that an objective put there."""
        found = (layer for layer in self.model.layers if layer.name == names.BOTTLENECK)
        return next(found, None)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """`(height, width, channels)`."""
        return tuple(self.model.input.shape[1:])

    @property
    def code_size(self) -> int:
        """Numbers in the code."""
        return self.encoder.output.shape[-1]


def mse_per_pixel(images, reconstructions):
    """Mean squared error per pixel and channel of each image.

    Args:
        images: float `(batch, height, width, channels)` in [0, 1].
        reconstructions: Of the same shape.

    Returns:
        A tensor `(batch,)` of the same dtype.
    """
    return ops.mean(ops.square(reconstructions - images), axis=(1, 2, 3))


def mean_mse_per_pixel(images, reconstructions):
    """Mean squared error per pixel and channel of a whole batch.

    Added up as `keras.losses.MeanSquaredError` does it, to the last bit, but
    the same on one device and on several.

    Args:
        images: float `(batch, height, width, channels)` in [0, 1].
        reconstructions: Of the same shape.

    Returns:
        A scalar tensor of the same dtype.
    """
    values = keras.losses.mean_squared_error(images, reconstructions)  # (B, H, W)
    return ops.sum(values) / ops.cast(ops.size(values), values.dtype)


def build_autoencoder(
    family: str,
    config: Any,
    image_shape: tuple[int, int, int],
    mixed_precision: bool = False,
    bottleneck: keras.layers.Layer | None = None,
) -> Autoencoder:
    """Builds a family's autoencoder with fresh weights.

    Args:
        family: Name of the family, a file in `kerasae/models/families/`.
        config: That family's `Config`.
        image_shape: `(height, width, channels)`.
        mixed_precision: Whether the layers compute in bfloat16; weights, code
            and reconstruction are float32 all the same.
        bottleneck: A layer to put between code and decoder.

    Raises:
        ConfigError: for an unknown family or a size the config can't decode.
    """
    plugin = registry.load(registry.FAMILIES, family, "--model")
    before = keras.config.dtype_policy()
    if mixed_precision:
        keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = plugin.build(config, image_shape)
        if bottleneck:
            model = graph.with_bottleneck(model, bottleneck)
        return Autoencoder.from_model(model)
    finally:
        keras.config.set_dtype_policy(before)


def in_float32(
    autoencoder: Autoencoder,
    family: str,
    config: Any,
    bottleneck: keras.layers.Layer | None = None,
) -> Autoencoder:
    """The same weights in layers that compute in float32, for what is measured and shipped.

    Args:
        autoencoder: Trained with mixed precision.
        family: Its family.
        config: That family's `Config`.
        bottleneck: A layer like the one that it has between code and decoder, if any.

    Raises:
        RunError: where these are the settings of another model.
    """
    twin = build_autoencoder(family, config, autoencoder.image_shape, bottleneck=bottleneck)
    try:
        twin.model.set_weights(autoencoder.model.get_weights())
    except ValueError as error:
        raise RunError(f"The model isn't one of its settings: {saved.one_line(error)}.") from error
    return twin


def load_autoencoder(path: str | Path) -> Autoencoder:
    """Loads a `.keras` file that kerasae wrote, in Keras's safe mode.

    Raises:
        RunError: where the file is missing, damaged or holds no autoencoder,
            or where a tied layer came back without its second call.
    """
    path = Path(path)
    model = saved.load_model(path)
    try:
        autoencoder = Autoencoder.from_model(model)
    except Exception as error:  # Keras raises whatever the model happens to lack.
        raise RunError(f"{path} holds no autoencoder ({saved.one_line(error)}).") from error
    _check_ties(autoencoder.model, path)
    return autoencoder


def _check_ties(model: keras.Model, path: Path) -> None:
    """A tied layer is one variable only as long as both its calls are in the graph."""
    calls: dict[str, int] = {}
    for operations in model._nodes_by_depth.values():
        for node in operations:
            calls[node.operation.name] = calls.get(node.operation.name, 0) + 1
    for layer in model.layers:
        if isinstance(layer, Tied) and calls[layer.name] != 2:
            raise RunError(
                f"{path}: the tied layer '{layer.name}' must be called twice, forward and "
                f"transposed. Received: {calls[layer.name]} calls."
            )
