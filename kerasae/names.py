"""Names that files, graphs and exported functions share, each written once.

Of layers in every family's graph, of tensors and parts in exported files, and of
Keras's own that a config may hold.
"""

# Layers every autoencoder has, and what exported functions take and give.
IMAGE = "image"
CODE = "code"
RECONSTRUCTION = "reconstruction"
# A layer between code and decoder, which some objectives put there.
BOTTLENECK = "bottleneck"
# An image as float32 in [0, 1], where `image` is uint8.
UNIT = "unit"
SCORES, LABEL = "scores", "label"
# Parts of an autoencoder that are files of their own.
ENCODER, DECODER, AUTOENCODER = "encoder", "decoder", "autoencoder"
# Layers by stage, counted from the image, 1 first.
CONV = "conv_{}"
POOL = "pool_{}"
DENSE = "dense_{}"
DECODER_DENSE = "decoder_dense_{}"
DECONV = "deconv_{}"
ACTIVATED = "{}_activation"
NORMALIZED = "{}_normalization"
DROPOUT = "{}_dropout"
# In a copy of plain layers, the one that stands for a tied layer's transposed call.
TRANSPOSED = "{}_transposed"
# Of a stage, with the block and its convolution, each counted from 1.
RESIDUAL = "{}_residual_{}_{}"

# Mean squared error per pixel and channel between reconstruction and target, images in [0, 1].
MSE_PER_PIXEL = "mse_per_pixel"
# Of held-out images, each its own target.
VAL_MSE_PER_PIXEL = "val_mse_per_pixel"
# What was minimised: the sum of the objective's terms and of what layers add to it.
LOSS = "loss"

INITIALIZERS = (
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform",
    "lecun_normal", "lecun_uniform", "orthogonal",
)  # fmt: skip


def scores_of(head: str) -> str:
    """Name of a head's scores where all heads are together."""
    return f"{SCORES}_{head}"
