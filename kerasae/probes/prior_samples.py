"""Images that a variational autoencoder makes of nothing: codes sampled from the prior."""

import numpy as np

from kerasae.data.split import Split
from kerasae.layers import GaussianSample
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

COUNT = 60


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Decodes samples of the standard Gaussian.

    Returns:
        `images`, float32 `(60, height, width, channels)`, in the range of the
        output activation; none where the model was trained with another
        objective, whose codes follow no known distribution. And `code_size`,
        int64 `()`.
    """
    size = autoencoder.code_size
    images = np.empty((0, *autoencoder.image_shape), np.float32)
    if isinstance(autoencoder.bottleneck, GaussianSample):
        codes = np.random.default_rng(seed).standard_normal((COUNT, size), np.float32)
        images = np.asarray(autoencoder.decoder(codes, training=False), np.float32)
    return {"images": images, "code_size": np.array(size)}
