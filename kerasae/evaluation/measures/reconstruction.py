"""Quality of the reconstructions: error, peak signal-to-noise ratio, structural similarity.

Reference for SSIM: Wang, Bovik, Sheikh, Simoncelli (IEEE TIP 2004), as in
`tf.image.ssim`; images smaller than its 11-pixel window use a window of their
own size.
"""

import numpy as np
import tensorflow as tf

from kerasae import names
from kerasae.data.split import Split
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import Measured
from kerasae.models.autoencoder import Autoencoder, mse_per_pixel
from kerasae.tables import Table

TITLE = "Reconstruction beside that of as many principal components (PCA)"
NEEDS_LABELS = False
NEEDS_CLASSIFIERS = False
NEEDS_OTHER = False
SLOW = False
MSE = names.MSE_PER_PIXEL
PSNR = "psnr_db"
SSIM = "ssim"
UNITS = {
    MSE: "mean squared error per pixel and channel, of images in [0, 1], mean over images",
    PSNR: "dB, peak 1, of the reconstruction clipped to [0, 1], at most 100, mean over images",
    SSIM: "structural similarity, at most 1, of the clipped reconstruction, mean over images",
}

BATCH = 500
SSIM_WINDOW = 11
MAX_PSNR_DB = 100.0  # An image that comes back exactly would have an infinite ratio.


def compute(subject: Subject) -> Measured:
    """Measures the test images, through the autoencoder and through principal components.

    Returns:
        Summary: one number for each key of `UNITS`, of the autoencoder. Table
        `models`: `model` (`autoencoder` or `pca`) and the same numbers.
    """
    rows = [
        {"model": name, **quality(model, subject.test)}
        for name, model in (("autoencoder", subject.autoencoder), ("pca", subject.pca))
    ]
    own, pca = rows
    return Measured(
        {name: own[name] for name in UNITS},
        {"pca components": subject.pca.code_size},
        {"models": rows},
        shown=Table(
            TITLE,
            ("measure", "autoencoder", names.title("pca")),
            tuple((names.title(name), own[name], pca[name]) for name in UNITS),
            by_row=True,
            note=f"Means over {subject.test.num_images:,} test images. {names.QUALITY_NOTE}",
        ),
        # The run's own are in its `metrics.json`, of all test images.
        compared={"pca": {f"test_{name}": pca[name] for name in UNITS}},
    )


def quality(autoencoder: Autoencoder, split: Split) -> dict[str, float]:
    """Means over every image of a split.

    Args:
        autoencoder: The model to measure.
        split: The images; streamed, none left out.

    Returns:
        One number for each key of `UNITS`.
    """
    window = min(SSIM_WINDOW, *split.image_shape[:2])

    @tf.function(reduce_retracing=True, autograph=False)
    def sums(images):
        outputs = autoencoder.model(images, training=False)
        clipped = tf.clip_by_value(outputs, 0.0, 1.0)
        per_image = (
            mse_per_pixel(images, outputs),
            tf.minimum(tf.image.psnr(images, clipped, max_val=1.0), MAX_PSNR_DB),
            tf.image.ssim(images, clipped, max_val=1.0, filter_size=window),
        )
        return [tf.reduce_sum(tf.cast(values, tf.float64)) for values in per_image]

    total = np.sum([np.stack(sums(images)) for images in split.batches(BATCH)], axis=0)
    means = (total / split.num_images).tolist()
    return dict(zip(UNITS, means, strict=True))


def errors_per_image(autoencoder: Autoencoder, split: Split) -> np.ndarray:
    """Mean squared error per pixel of each image, float32 `(num_images,)`, in the split's order."""

    errors = tf.function(autoencoder.errors, reduce_retracing=True, autograph=False)
    return np.concatenate([errors(images).numpy() for images in split.batches(BATCH)])
