"""Principal components as an autoencoder, so that every measure can be taken of them too."""

import keras
import numpy as np
from scipy.linalg import eigh

from kerasae import names
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder

BATCH = 1000


def fit(train: Split, components: int) -> Autoencoder:
    """Fits the linear autoencoder of least squared error, in closed form.

    The covariance is summed up batch by batch, so that a streamed split needs
    no more memory than its square, `(pixels, pixels)` float64.

    Args:
        train: Images to fit.
        components: Numbers in the code; fewer where there are fewer images or
            pixels.

    Returns:
        Models of two fixed dense layers; the code is centred, its first number
        has the largest variance, and each component's largest weight is
        positive.
    """
    shape = train.image_shape
    pixels = int(np.prod(shape))
    sums, products = np.zeros(pixels), np.zeros((pixels, pixels))
    for images in train.batches(BATCH).as_numpy_iterator():
        flat = images.reshape(len(images), -1).astype(np.float64)
        sums += flat.sum(axis=0)
        products += flat.T @ flat
    mean = sums / train.num_images
    covariance = products / train.num_images - np.outer(mean, mean)
    kept = min(components, train.num_images, pixels)
    _, basis = eigh(covariance, subset_by_index=(pixels - kept, pixels - 1))
    basis = basis[:, ::-1]  # (pixels, components), the largest variance first
    basis = basis * np.sign(basis[np.abs(basis).argmax(axis=0), np.arange(kept)])

    image = keras.Input(shape, name=names.IMAGE)
    to_code = keras.layers.Dense(kept, name=names.CODE, trainable=False)
    from_code = keras.layers.Dense(pixels, name="components", trainable=False)
    flat = from_code(to_code(keras.layers.Flatten()(image)))
    output = keras.layers.Reshape(shape, name=names.RECONSTRUCTION)(flat)
    to_code.set_weights([basis, -mean @ basis])
    from_code.set_weights([basis.T, mean])
    return Autoencoder.from_model(keras.Model(image, output, name="pca"))
