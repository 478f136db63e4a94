"""The size of a model, from its settings and its images' size alone, and what is too large.

Computed without TensorFlow: a latent size of a billion is refused at once,
before anything is built and before a run begins.
"""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import ConfigError, require
from kerasae.run_config import RunConfig

# What families allow their options to be, each by itself.
MAPS = Bounds(1, 2**20, items=32)
KERNEL = Bounds(1, 2**13, items=32)
WIDTH = Bounds(1, 2**24, items=32)
BLOCKS = Bounds(0, 2**7)
# A residual block's convolutions, and the side of their kernels.
CONVOLUTIONS, KERNEL_SIZE = 2, 3

# 1 GiB in float32; Adam and the gradients take three times as much again.
MAX_PARAMETERS = 2**28
# What convolutions and dense layers give for one batch: 8 GiB in float32.
MAX_NUMBERS = 2**31
# As many as images may have.
CHANNELS = 3


@dataclasses.dataclass(frozen=True)
class Footprint:
    """Size of some layers.

    Attributes:
        parameters: Weights and biases.
        numbers: What their convolutions and dense layers give for one image.
    """

    parameters: int
    numbers: int

    def __add__(self, other: "Footprint") -> "Footprint":
        return Footprint(self.parameters + other.parameters, self.numbers + other.numbers)


def convolution(
    size: tuple[int, int], kernel: int, channels: int, filters: int, tied: bool = False
) -> Footprint:
    """Of a convolution, plain or transposed.

    Args:
        size: Height and width of what it gives.
        kernel: Side of its square kernel.
        channels: Of what it takes.
        filters: Channels of what it gives.
        tied: Whether its kernel is another layer's; its biases are its own.
    """
    weights = 0 if tied else kernel * kernel * channels * filters
    return Footprint(weights + filters, size[0] * size[1] * filters)


def dense(features: int, units: int, tied: bool = False) -> Footprint:
    """Of a dense layer, see `convolution`."""
    return convolution((1, 1), 1, features, units, tied)


def residual(size: tuple[int, int], channels: int, blocks: int, tied: bool) -> Footprint:
    """Of an encoder's residual blocks at a stage, and of their decoder's.

    Args:
        size: Height and width of their maps.
        channels: Of these.
        blocks: Of the encoder.
        tied: Whether the decoder uses the encoder's kernels.
    """
    forward = convolution(size, KERNEL_SIZE, channels, channels)
    backward = convolution(size, KERNEL_SIZE, channels, channels, tied)
    return sum([forward + backward] * (CONVOLUTIONS * blocks), Footprint(0, 0))


def require_buildable(config: RunConfig, image_size: tuple[int, int]) -> None:
    """Refuses a model that its images don't fit, that is too large, or too small for its objective.

    Args:
        config: Of the run.
        image_size: `(height, width)`.

    Raises:
        ConfigError: with the size and the limit.
    """
    model_config, batch_size = config.model_config, config.training.batch_size
    model_config.check_image_size(image_size)
    size = model_config.footprint((*image_size, CHANNELS))
    images = "x".join(map(str, image_size))
    if size.parameters > MAX_PARAMETERS:
        raise ConfigError(
            f"The model is too large: with images of {images} it has {size.parameters:,} "
            f"parameters, more than {MAX_PARAMETERS:,}. Smaller options of the model, see --help, "
            "or a smaller --image_size make it smaller."
        )
    numbers = size.numbers * batch_size
    if numbers > MAX_NUMBERS:
        raise ConfigError(
            f"A batch is too large: for images of {images} the model's layers give {numbers:,} "
            f"numbers, more than {MAX_NUMBERS:,}. A smaller --batch_size, --image_size or model "
            f"makes them fewer. Received: batch_size={batch_size}."
        )
    code_size = model_config.code_size(image_size)
    least = config.objective_config.least_code
    require(
        code_size >= least,
        f"--training_objective={config.training_objective} needs, as it is set, a code of {least} "
        "numbers or more.",
        code_size=code_size,
    )
