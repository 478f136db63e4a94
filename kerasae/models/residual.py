"""Residual blocks: two convolutions of 3x3 whose sum with what they took goes on.

He et al., "Deep Residual Learning for Image Recognition", CVPR 2016. They keep
the maps' size and number, so they fit behind any convolution. In a decoder
whose kernels are tied a block's convolutions run transposed, the last one first.
"""

from collections.abc import Callable, Sequence

from keras import layers

from kerasae import names
from kerasae.models import graph
from kerasae.models.footprint import CONVOLUTIONS, KERNEL_SIZE


def encode(maps, count: int, stage: str, activation: str, normalization: str, tied: bool, **kwargs):
    """Blocks of an encoder.

    Args:
        maps: `(batch, height, width, channels)`.
        count: Blocks; 0 for none.
        stage: Name of the layer that they stand behind.
        activation: Of the first convolution, and of the sum.
        normalization: As of `graph.normalize`, before both.
        tied: Whether the convolutions can run transposed.
        **kwargs: Of the convolutions.

    Returns:
        Maps of the same shape, and the convolutions in order.
    """
    made = []
    for block in range(1, count + 1):
        convolutions = [
            graph.convolution(
                tied,
                maps.shape[-1],
                KERNEL_SIZE,
                padding="same",
                name=names.RESIDUAL.format(stage, block, place),
                **kwargs,
            )
            for place in range(1, CONVOLUTIONS + 1)
        ]
        made += convolutions
        maps = _block(maps, convolutions, stage, block, activation, normalization)
    return maps, made


def decode(
    maps, convolutions: Sequence, stage: str, activation: str, normalization: str, tied: bool,
    **kwargs,
):  # fmt: skip
    """Blocks of a decoder, for those of its encoder.

    Args:
        maps: `(batch, height, width, channels)`.
        convolutions: What `encode` returned.
        stage: Name of the layer that they stand before.
        activation: As of `encode`.
        normalization: As of `encode`.
        tied: Whether they use the encoder's kernels.
        **kwargs: Of the convolutions, where untied.

    Returns:
        Maps of the same shape.
    """
    count = len(convolutions) // CONVOLUTIONS
    if not tied:
        return encode(maps, count, stage, activation, normalization, tied, **kwargs)[0]
    backwards = [_transposed(convolution) for convolution in reversed(convolutions)]
    for block in range(count):
        pair = backwards[CONVOLUTIONS * block : CONVOLUTIONS * (block + 1)]
        maps = _block(maps, pair, stage, block + 1, activation, normalization)
    return maps


def _block(maps, convolutions: Sequence[Callable], stage, block, activation, normalization):
    """One block, `(batch, height, width, channels)`."""
    first, second = (
        names.RESIDUAL.format(stage, block, place) for place in range(1, CONVOLUTIONS + 1)
    )
    inside = graph.normalize(convolutions[0](maps), normalization, first)
    inside = graph.activate(inside, activation, first)
    inside = graph.normalize(convolutions[1](inside), normalization, second)
    total = layers.Add(name=f"{second}_sum")([maps, inside])
    return graph.activate(total, activation, second)


def _transposed(convolution) -> Callable:
    """A tied convolution, run backwards."""
    return lambda maps: convolution(maps, transpose=True)
