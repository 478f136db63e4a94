"""Names that files, graphs and exported functions share, each written once.

Of layers in every family's graph, of tensors and parts in exported files, and of
Keras's own that a config may hold; and what people read for each, on pages, in
pictures and on a terminal.
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
# Of the test images, of the checkpoint that counts.
TEST_MSE_PER_PIXEL = "test_mse_per_pixel"
# What was minimised: the sum of the objective's terms and of what layers add to it.
LOSS = "loss"

ACTIVATIONS = (
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu",
    "tanh", "sigmoid", "softplus",
)  # fmt: skip
INITIALIZERS = (
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform",
    "lecun_normal", "lecun_uniform", "orthogonal",
)  # fmt: skip

# What people read, where it isn't the name itself with spaces.
TITLES = {
    "ffn": "feed-forward",
    "knn": "nearest neighbours",
    "pca": "PCA",
    "untrained": "the untrained encoder",
    "supervised": "the supervised encoder",
    "fine_tuned": "the fine-tuned encoder",
    TEST_MSE_PER_PIXEL: "test MSE per pixel",
    MSE_PER_PIXEL: "MSE per pixel",
    VAL_MSE_PER_PIXEL: "validation MSE per pixel",
    "psnr_db": "PSNR, dB",
    "test_psnr_db": "PSNR, dB",
    "ssim": "SSIM",
    "test_ssim": "SSIM",
    "multiply_adds": "multiply-adds an image",
    "code_size": "size of the code",
    "train_seconds": "training, s",
    "gaussian_unclipped": "Gaussian noise, not clipped",
    "gaussian_clipped": "Gaussian noise, clipped",
}

# Of the numbers above, for those who read them in a table.
QUALITY_NOTE = (
    "PSNR (peak 1, at most 100 dB an image) and SSIM are of the reconstruction clipped to [0, 1]."
)


def title(name: str) -> str:
    """What people read for a name.

    Example:

    >>> title("ffn"), title("salt_and_pepper")
    ('feed-forward', 'salt and pepper')
    """
    return TITLES.get(name, name.replace("_", " "))


def readout_title(head: str, features: str | None = None) -> str:
    """What people read for a head, on the code, or on a baseline or a layer.

    Example:

    >>> readout_title("ffn"), readout_title("linear", "pca")
    ('feed-forward readout', 'linear readout, of PCA')
    """
    return f"{title(head)} readout" + (f", of {title(features)}" if features else "")


def classifier_title(name: str) -> str:
    """As `readout_title`, of a head's name after a baseline's: `pca linear`."""
    baseline, _, head = name.rpartition(" ")
    return readout_title(head, baseline or None)


def scores_of(head: str) -> str:
    """Name of a head's scores where all heads are together."""
    return f"{SCORES}_{head}"


def classifier_of(head: str) -> str:
    """Name of encoder and head together, as one function or file."""
    return f"classifier_{head}"
