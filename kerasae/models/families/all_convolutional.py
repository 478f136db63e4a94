"""Convolutions only, no pooling; the code is a small stack of feature maps.

The shape of "Reconstructing 1s and 8s (MNIST)" (blog post, 2015-11-18), whose
sizes are the defaults: 36x36x1, 20 maps of 20x20, then 2 maps of 10x10 as the
code, and back with the same kernels.
"""

import dataclasses
from typing import Literal

from kerasae import geometry, names
from kerasae.config import ConfigError, option, require, require_known
from kerasae.models import footprint
from kerasae.models.families import FamilyConfig
from kerasae.models.footprint import BLOCKS, KERNEL, MAPS, Footprint


@dataclasses.dataclass(frozen=True)
class Config(FamilyConfig):
    """Sizes and activations of an all-convolutional autoencoder."""

    filters: tuple[int, ...] = option(
        (20, 2), "feature maps of each convolution; the last ones are the code", bounds=MAPS
    )
    kernel_sizes: tuple[int, ...] = option((17, 11), "side of each square kernel", bounds=KERNEL)
    strides: tuple[int, ...] = option((1, 1), "stride of each convolution", bounds=KERNEL)
    padding: Literal["valid", "same"] = option("valid", "padding of every convolution")
    activation: str = option("tanh", "after every convolution and deconvolution but the last")
    output_activation: str = option("tanh", "after the last deconvolution")
    normalization: Literal["none", "batch", "layer"] = option(
        "none", "before every activation but those of code and reconstruction"
    )
    residual_blocks: int = option(
        0,
        "blocks of two convolutions of 3x3 (He et al., 2016) behind every convolution but the "
        "last, and back",
        bounds=BLOCKS,
    )
    tied: bool = option(True, "every deconvolution uses its convolution's kernel")

    def __post_init__(self):
        super().__post_init__()
        require(
            len(self.filters) >= 1,
            "--model.filters must be one or more positive numbers.",
            filters=self.filters,
        )
        for name in ("kernel_sizes", "strides"):
            values = getattr(self, name)
            require(
                len(values) == len(self.filters),
                f"--model.{name} must have one positive number for each of --model.filters.",
                **{name: values, "filters": self.filters},
            )
        require_known("--model.activation", self.activation, names.ACTIVATIONS)
        require_known("--model.output_activation", self.output_activation, names.ACTIVATIONS)

    @property
    def code_channels(self) -> int:
        """Maps that the code is made of."""
        return self.filters[-1]

    @property
    def per_stage(self) -> tuple[str, ...]:
        """Options with an item for each convolution."""
        return "filters", "kernel_sizes", "strides"

    def stages(self) -> list[tuple[int, int, int]]:
        """`(filters, kernel, stride)` of each convolution, from the image on."""
        return list(zip(self.filters, self.kernel_sizes, self.strides, strict=True))

    def map_sizes(self, image_size: tuple[int, int]) -> list[tuple[int, int]]:
        """`(height, width)` of the image and after each convolution."""
        sizes = [tuple(image_size)]
        for _, kernel, stride in self.stages():
            sizes.append(
                tuple(geometry.conv_size(size, kernel, stride, self.padding) for size in sizes[-1])
            )
        return sizes

    def check_image_size(self, image_size: tuple[int, int]) -> None:
        """Raises ConfigError for images that are too small for the kernels."""
        if min(self.map_sizes(image_size)[-1]) >= 1:
            return
        smallest = 1
        for _, kernel, stride in reversed(self.stages()):
            smallest = geometry.smallest_image(smallest, kernel, stride, self.padding)
        height, width = image_size
        raise ConfigError(
            f"Images of {height}x{width} are too small for kernels of "
            f"{', '.join(map(str, self.kernel_sizes))} with padding '{self.padding}': any size "
            f"from {smallest}x{smallest} works (--image_size={smallest}), and so do smaller "
            "--model.kernel_sizes or --model.padding=same."
        )

    def code_size(self, image_size: tuple[int, int]) -> int:
        """Numbers in the code."""
        height, width = self.map_sizes(image_size)[-1]
        return height * width * self.code_channels

    def footprint(self, image_shape: tuple[int, int, int]) -> Footprint:
        """Size of the model."""
        sizes = self.map_sizes(image_shape[:2])
        channels = [image_shape[-1], *self.filters]
        total = Footprint(0, 0)
        for stage, (filters, kernel, stride) in enumerate(self.stages()):
            total += footprint.convolution(sizes[stage + 1], kernel, channels[stage], filters)
            back = sizes[stage]
            if not self.tied and self.padding == "same":
                back = tuple(size * stride for size in sizes[stage + 1])
            total += footprint.convolution(back, kernel, filters, channels[stage], self.tied)
            if stage:
                total += footprint.residual(
                    sizes[stage], channels[stage], self.residual_blocks, self.tied
                )
        return total


def build(config: Config, image_shape: tuple[int, int, int]):
    """Builds the autoencoder as one flat functional graph.

    Args:
        config: The family's `Config`.
        image_shape: `(height, width, channels)`.

    Returns:
        `keras.Model`, `(batch, height, width, channels)` float32 in [0, 1] to
        the same shape, float32 in the range of `output_activation`. The layer
        `code` holds the code, `(batch, code_size)`.
    """
    from keras import layers

    from kerasae.models import graph, residual

    config.check_image_size(image_shape[:2])
    sizes = config.map_sizes(image_shape[:2])
    stages = config.stages()
    channels = [image_shape[-1], *config.filters]

    blocks = {
        "activation": config.activation,
        "normalization": config.normalization,
        "tied": config.tied,
    }

    image = graph.image_input(image_shape)
    maps, convolutions, residuals = image, [], []
    for stage, (filters, kernel, stride) in enumerate(stages, start=1):
        convolution = graph.convolution(
            config.tied,
            filters,
            kernel,
            strides=stride,
            padding=config.padding,
            name=names.CONV.format(stage),
        )
        convolutions.append(convolution)
        maps = convolution(maps)  # (B, h, w, filters)
        maps = graph.normalize(maps, config.normalization, names.CONV.format(stage))
        maps = graph.activate(maps, config.activation, names.CONV.format(stage))
        count = config.residual_blocks if stage < len(stages) else 0
        maps, inside = residual.encode(maps, count, names.CONV.format(stage), **blocks)
        residuals.append(inside)

    code = layers.Flatten(name=names.CODE, dtype="float32")(maps)  # (B, h * w * filters)
    maps = layers.Reshape((*sizes[-1], channels[-1]), name="code_maps")(code)

    for stage in range(len(stages), 0, -1):
        _, kernel, stride = stages[stage - 1]
        maps = residual.decode(maps, residuals[stage - 1], names.DECONV.format(stage), **blocks)
        if config.tied:
            maps = convolutions[stage - 1](maps, transpose=True)
        else:
            maps = graph.deconvolution(
                maps,
                channels[stage - 1],
                kernel,
                stride,
                config.padding,
                target=sizes[stage - 1],
                name=names.DECONV.format(stage),
            )
        # (B, h, w, channels of the stage before)
        if stage > 1:
            maps = graph.normalize(maps, config.normalization, names.DECONV.format(stage))
            maps = graph.activate(maps, config.activation, names.DECONV.format(stage))
    return graph.autoencoder(image, maps, config.output_activation)
