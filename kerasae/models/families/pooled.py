"""Convolutions with pooling, then dense layers down to the code.

The shape of the report "Cognition Computation" (Giulio Umbrella), whose sizes
are the defaults: 28x28x1, pooled maps of 14x14x32 and 7x7x16, dense 784 to 80
to 49, and back. Untied, every stage comes back through a transposed
convolution of stride 2; tied, through bilinear upsampling and the encoder's
own kernel.
"""

import dataclasses
from typing import Literal

from kerasae import geometry, names
from kerasae.bounds import FRACTION, Bounds
from kerasae.config import option, require, require_known
from kerasae.models import footprint
from kerasae.models.families import FamilyConfig
from kerasae.models.footprint import BLOCKS, KERNEL, MAPS, WIDTH, Footprint

POOL = 2
# For these, activating after max-pooling gives the same numbers as before it.
NON_DECREASING = frozenset(names.ACTIVATIONS) - {"gelu", "silu"}


@dataclasses.dataclass(frozen=True)
class Config(FamilyConfig):
    """Sizes and activations of a pooled autoencoder."""

    filters: tuple[int, ...] = option((32, 16), "feature maps of each convolution", bounds=MAPS)
    kernel_sizes: tuple[int, ...] = option((3, 3), "side of each square kernel", bounds=KERNEL)
    dense_sizes: tuple[int, ...] = option(
        (80,), "dense layers between the last maps and the code; none where empty", bounds=WIDTH
    )
    latent_dim: int = option(49, "latent size: numbers in the code", bounds=WIDTH)
    activation: str = option("relu", "of convolutions and deconvolutions")
    dense_activation: str = option("linear", "of the encoder's dense layers before the code")
    code_activation: str = option("linear", "of the code")
    decoder_dense_activation: str = option("linear", "of the decoder's dense layers")
    output_activation: str = option("sigmoid", "of the reconstruction")
    output_bias: float = option(
        0.0,
        "initial bias before output_activation; for sigmoid and dark images a negative one (-2 "
        "for MNIST) learns faster and keeps tied kernels from dying",
        bounds=Bounds(-1000, 1000),
    )
    decoder_kernel_size: int = option(
        2, "side of the transposed kernels (stride 2); where untied only", bounds=KERNEL
    )
    dense_initializer: str = option(
        "glorot_uniform", "initial weights of dense layers, by Keras's name"
    )
    conv_initializer: str = option(
        "glorot_uniform", "initial weights of convolutions, by Keras's name"
    )
    normalization: Literal["none", "batch", "layer"] = option(
        "none", "before every activation but those of code and reconstruction"
    )
    residual_blocks: int = option(
        0,
        "blocks of two convolutions of 3x3 (He et al., 2016) behind every pooling, and back",
        bounds=BLOCKS,
    )
    dropout: float = option(
        0.0,
        "share of what each of the encoder's dense layers is given that training leaves out "
        "(Srivastava et al., 2014)",
        bounds=FRACTION,
    )
    tied: bool = option(False, "the decoder uses the encoder's kernels, dense ones too")

    def __post_init__(self):
        super().__post_init__()
        require(
            len(self.filters) >= 1,
            "--model.filters must be one or more positive numbers.",
            filters=self.filters,
        )
        require(
            len(self.kernel_sizes) == len(self.filters),
            "--model.kernel_sizes must have one positive number for each of --model.filters.",
            kernel_sizes=self.kernel_sizes,
            filters=self.filters,
        )
        for field in dataclasses.fields(self):
            if field.name.endswith("activation"):
                require_known(f"--model.{field.name}", getattr(self, field.name), names.ACTIVATIONS)
            if field.name.endswith("initializer"):
                require_known(
                    f"--model.{field.name}", getattr(self, field.name), names.INITIALIZERS
                )

    @property
    def per_stage(self) -> tuple[str, ...]:
        """Options with an item for each convolution."""
        return "filters", "kernel_sizes"

    def map_sizes(self, image_size: tuple[int, int]) -> list[tuple[int, int]]:
        """`(height, width)` of the image and after each pooling, which rounds up."""
        sizes = [tuple(image_size)]
        for _ in self.filters:
            sizes.append(tuple(geometry.conv_size(size, POOL, POOL, "same") for size in sizes[-1]))
        return sizes

    def code_size(self, image_size: tuple[int, int]) -> int:
        """Numbers in the code."""
        return self.latent_dim

    def footprint(self, image_shape: tuple[int, int, int]) -> Footprint:
        """Size of the model."""
        sizes = self.map_sizes(image_shape[:2])
        channels = [image_shape[-1], *self.filters]
        total = Footprint(0, 0)
        for stage, kernel in enumerate(self.kernel_sizes):
            ends = channels[stage], channels[stage + 1]
            total += footprint.convolution(sizes[stage], kernel, *ends)
            back = sizes[stage] if self.tied else tuple(POOL * size for size in sizes[stage + 1])
            side = kernel if self.tied else self.decoder_kernel_size
            total += footprint.convolution(back, side, *reversed(ends), self.tied)
            total += footprint.residual(sizes[stage + 1], ends[1], self.residual_blocks, self.tied)
        features = sizes[-1][0] * sizes[-1][1] * channels[-1]
        for units in (*self.dense_sizes, self.latent_dim):
            total += footprint.dense(features, units) + footprint.dense(units, features, self.tied)
            features = units
        return total


def build(config: Config, image_shape: tuple[int, int, int]):
    """Builds the autoencoder as one flat functional graph.

    Args:
        config: The family's `Config`.
        image_shape: `(height, width, channels)`.

    Returns:
        `keras.Model`, `(batch, height, width, channels)` float32 in [0, 1] to
        the same shape, float32 in the range of `output_activation`. The layer
        `code` holds the code, `(batch, latent_dim)`.
    """
    from keras import initializers, layers

    from kerasae.models import graph, residual

    sizes = config.map_sizes(image_shape[:2])
    channels = [image_shape[-1], *config.filters]
    stages = range(1, len(config.filters) + 1)
    # A reconstruction that starts too bright drives all kernels before it down at once. A tied one
    # is the encoder's too: with rectified maps neither way lets anything through any more.
    biases = dict.fromkeys(stages, "zeros") | {1: initializers.Constant(config.output_bias)}

    blocks = {
        "activation": config.activation,
        "normalization": config.normalization,
        "tied": config.tied,
        "kernel_initializer": config.conv_initializer,
    }

    image = graph.image_input(image_shape)
    maps, convolutions, residuals = image, [], []
    for stage in stages:
        convolution = graph.convolution(
            config.tied,
            config.filters[stage - 1],
            config.kernel_sizes[stage - 1],
            padding="same",
            kernel_initializer=config.conv_initializer,
            transpose_bias_initializer=biases[stage],
            name=names.CONV.format(stage),
        )
        convolutions.append(convolution)
        maps = graph.normalize(convolution(maps), config.normalization, names.CONV.format(stage))
        maps = _pool_and_activate(maps, config.activation, stage)  # (B, h/2, w/2, f)
        name = names.CONV.format(stage)
        maps, inside = residual.encode(maps, config.residual_blocks, name, **blocks)
        residuals.append(inside)

    features = layers.Flatten(name="features")(maps)  # (B, h * w * f)
    widths = [features.shape[-1], *config.dense_sizes, config.latent_dim]
    dense_layers = []
    for depth, width in enumerate(widths[1:], start=1):
        is_code = depth == len(widths) - 1
        name = names.CODE if is_code else names.DENSE.format(depth)
        dense = graph.dense(
            config.tied,
            width,
            kernel_initializer=config.dense_initializer,
            name=f"{name}_kernel" if is_code else name,
        )
        dense_layers.append(dense)
        activation = config.code_activation if is_code else config.dense_activation
        features = dense(graph.drop(features, config.dropout, name))  # (B, width)
        features = (
            layers.Activation(activation, name=names.CODE, dtype="float32")(features)
            if is_code
            else graph.activate(
                graph.normalize(features, config.normalization, name), activation, name
            )
        )

    for depth in range(len(dense_layers), 0, -1):
        name = names.DECODER_DENSE.format(depth)
        if config.tied:
            features = dense_layers[depth - 1](features, transpose=True)
        else:
            features = graph.dense(
                False,
                widths[depth - 1],
                kernel_initializer=config.dense_initializer,
                name=name,
            )(features)  # (B, width of the layer before)
        features = graph.normalize(features, config.normalization, name)
        features = graph.activate(features, config.decoder_dense_activation, name)

    maps = layers.Reshape((*sizes[-1], channels[-1]), name="maps")(features)
    for stage in reversed(stages):
        name = names.DECONV.format(stage)
        maps = residual.decode(maps, residuals[stage - 1], name, **blocks)
        if config.tied:
            # Resizing's own default would have the layers behind it train wherever nobody says.
            upsample = layers.Resizing(*sizes[stage - 1], name=f"upsample_{stage}")
            maps = upsample(maps, training=False)
            maps = convolutions[stage - 1](maps, transpose=True)
        else:
            maps = graph.deconvolution(
                maps,
                channels[stage - 1],
                config.decoder_kernel_size,
                POOL,
                "same",
                target=sizes[stage - 1],
                kernel_initializer=config.conv_initializer,
                bias_initializer=biases[stage],
                name=name,
            )
        # (B, 2h, 2w, channels of the stage before)
        if stage > 1:
            maps = graph.normalize(maps, config.normalization, name)
            maps = graph.activate(maps, config.activation, name)
    return graph.autoencoder(image, maps, config.output_activation)


def _pool_and_activate(maps, activation: str, stage: int):
    """Pools first where the order makes no difference: a quarter of the work."""
    from keras import layers

    from kerasae.models import graph

    pool = layers.MaxPooling2D(POOL, padding="same", name=names.POOL.format(stage))
    name = names.CONV.format(stage)
    if activation in NON_DECREASING:
        return graph.activate(pool(maps), activation, name)
    return pool(graph.activate(maps, activation, name))
