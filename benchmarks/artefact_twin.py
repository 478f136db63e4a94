"""The encoder of a pooled, untied model in PyTorch, with the exported model's own weights."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class Encoder(nn.Module):
    """Convolutions with pooling and dense layers, as `kerasae.models.families.pooled` has them.

    Takes float32 `(batch, channels, height, width)` in [0, 1].

    Args:
        config: The family's.
        weights: Those of each layer by name, as Keras keeps them.
        pools_first: Pooling before the activation, which kerasae does wherever
            it gives the same values; else as it is written down and taught.
    """

    def __init__(self, config: dict[str, Any], weights: dict[str, list], pools_first: bool):
        super().__init__()
        self.config, self.pools_first = config, pools_first
        stages = range(1, len(config["filters"]) + 1)
        self.convolutions = nn.ModuleList(_convolution(*weights[f"conv_{n}"]) for n in stages)
        dense = [f"dense_{n}" for n in range(1, len(config["dense_sizes"]) + 1)]
        self.dense = nn.ModuleList(_dense(*weights[name]) for name in (*dense, "code_kernel"))

    def forward(self, images):
        maps = images
        for convolution in self.convolutions:
            maps = convolution(maps)
            if self.pools_first:
                maps = _activate(_pool(maps), self.config["activation"])
            else:
                maps = _pool(_activate(maps, self.config["activation"]))
        # Keras flattens the channels last.
        features = maps.permute(0, 2, 3, 1).flatten(1)
        for layer in self.dense[:-1]:
            features = _activate(layer(features), self.config["dense_activation"])
        return _activate(self.dense[-1](features), self.config["code_activation"])


def _pool(maps):
    return functional.max_pool2d(maps, 2, ceil_mode=True)


def _activate(tensor, name: str):
    if name == "linear":
        return tensor
    if name == "leaky_relu":
        return functional.leaky_relu(tensor, 0.2)  # Keras's slope.
    return getattr(torch, name)(tensor)


def _convolution(kernel, bias) -> nn.Conv2d:
    height, width, given, filters = kernel.shape
    layer = nn.Conv2d(given, filters, (height, width), padding="same")
    layer.weight.data = torch.from_numpy(kernel).permute(3, 2, 0, 1).contiguous()
    layer.bias.data = torch.from_numpy(bias)
    return layer


def _dense(kernel, bias) -> nn.Linear:
    layer = nn.Linear(*kernel.shape)
    layer.weight.data = torch.from_numpy(kernel).T.contiguous()
    layer.bias.data = torch.from_numpy(bias)
    return layer
