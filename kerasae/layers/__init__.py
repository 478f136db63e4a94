"""The custom Keras layers; importing this package registers them with Keras."""

from kerasae.layers.conv2d import Conv2D, Conv2DTranspose
from kerasae.layers.dropout import Dropout
from kerasae.layers.gaussian_sample import GaussianSample
from kerasae.layers.keep_largest import KeepLargest
from kerasae.layers.tied_conv2d import TiedConv2D
from kerasae.layers.tied_dense import TiedDense
from kerasae.layers.winner_take_all import WinnerTakeAll

__all__ = [
    "Conv2D", "Conv2DTranspose", "Dropout", "GaussianSample", "KeepLargest", "TiedConv2D",
    "TiedDense", "WinnerTakeAll",
]  # fmt: skip
