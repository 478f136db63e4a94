"""A model in words: every call of every layer, so that a tied layer shows both its directions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kerasae import tables
from kerasae.layers.tying import Tied
from kerasae.models import cost

if TYPE_CHECKING:
    from kerasae.models.autoencoder import Autoencoder

COLUMNS = ("part", "layer", "kind", "output", "parameters", "shared")


def text(autoencoder: Autoencoder) -> str:
    """A line for each call of a layer, from the image to the reconstruction, and the sums.

    `output` has no batch, `parameters` are the numbers that a call adds to the
    model. Keras's own `summary` has a tied layer once, where it runs forward;
    here its transposed call is a line of its own, which says whose kernel it
    uses and adds a bias alone.

    Args:
        autoencoder: The model.
    """
    encoder = {id(node) for node in _nodes(autoencoder.encoder)}
    rows = [
        ["encoder" if id(node) in encoder else "decoder", *_call(node)]
        for node in _nodes(autoencoder.model)
    ]
    model = autoencoder.model
    return (
        f"{tables.plain(COLUMNS, rows)}\n"
        f"{cost.parameters(model):,} parameters, {cost.multiply_adds(model):,} multiply-adds an "
        f"image, code of {autoencoder.code_size} numbers\n"
    )


def _nodes(model) -> list:
    """Every call of a layer, in the order of computing."""
    depths = sorted(model._nodes_by_depth, reverse=True)
    return [node for depth in depths for node in model._nodes_by_depth[depth]]


def _call(node) -> list[str]:
    """The cells of one call, without its part."""
    layer = node.operation
    name, shared, parameters = layer.name, "", cost.parameters(layer)
    if isinstance(layer, Tied):
        bias = layer.transpose_bias
        own = 0 if bias is None else math.prod(bias.shape)
        if node.arguments.kwargs.get("transpose", False):
            name, shared, parameters = f"{name}, transposed", f"the kernel of {name}", own
        else:
            parameters -= own
    shape = "x".join(map(str, node.outputs[0].shape[1:]))
    return [name, type(layer).__name__, shape, f"{parameters:,}", shared]
