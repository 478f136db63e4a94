"""The code in two dimensions: principal components, and t-SNE.

References: PCA, Pearson (1901); t-SNE, van der Maaten and Hinton (2008), as in
scikit-learn (Barnes-Hut, started from the principal components).
"""

import numpy as np

from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

MAX_POINTS = 3_000
PERPLEXITY = 30
# t-SNE needs a perplexity of at least 1 and three neighbours for each unit of it.
MIN_FOR_TSNE = 4
BATCH = 500
# Images beside the points, which a page shows: of so many points, so large.
MAX_THUMBNAILS, SIDE = 1_000, 28


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Encodes images and lays their codes out in the plane.

    `seed` samples the points where there are more than 3,000, and is t-SNE's.

    Returns:
        `positions`, int64 `(n,)`: which images of the split; `pca`, float32
        `(n, 2)`; `variance_share`, float64 `(2,)`: of each axis, in [0, 1];
        `tsne`, float32 `(n, 2)`, without rows where there are fewer than 4
        points, and `perplexity`, float64 `()`; with labels `labels`, int64
        `(n,)`, -1 for an image without one, and `class_names`, strings,
        indexed by label; `thumbnails`, uint8 `(m, height, width, channels)`
        with sides of at most 28 pixels, of the points `thumbnail_points`,
        int64 `(m,)`, evenly spread where there are more than 1,000.
    """
    positions = np.arange(split.num_images)
    if len(positions) > MAX_POINTS:
        sampled = np.random.default_rng(seed).choice(positions, MAX_POINTS, replace=False)
        positions = np.sort(sampled)
    codes = autoencoder.encoder.predict(split.batches(BATCH), verbose=0)
    codes = codes[positions].astype(np.float32)
    pca, variance_share = _principal_components(codes)
    tsne, perplexity = _neighbour_embedding(codes, seed)
    shown = np.unique(np.linspace(0, len(positions) - 1, MAX_THUMBNAILS).round().astype(int))
    arrays = {
        "thumbnails": _small(split.take(positions[shown])),
        "thumbnail_points": shown,
        "positions": positions,
        "pca": pca,
        "variance_share": variance_share,
        "tsne": tsne,
        "perplexity": np.array(perplexity),
    }
    if split.labels is not None:
        arrays["labels"] = split.labels[positions]
        arrays["class_names"] = np.array(split.class_names)
    return arrays


def _small(images: np.ndarray) -> np.ndarray:
    """Images no larger than a thumbnail, their proportions kept; uint8 `(n, h, w, c)`."""
    import tensorflow as tf

    height, width = images.shape[1:3]
    shrink = min(1, SIDE / max(height, width))
    size = [max(1, round(side * shrink)) for side in (height, width)]
    return np.round(tf.image.resize(images, size, "area")).astype(np.uint8)


def _principal_components(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two coordinates and their share of the variance; what isn't there is 0."""
    from sklearn.decomposition import PCA

    points, share = np.zeros((len(codes), 2), np.float32), np.zeros(2)
    count = min(2, *codes.shape)
    if np.ptp(codes, axis=0).any():
        pca = PCA(count, svd_solver="full").fit(codes)
        points[:, :count] = pca.transform(codes)
        share[:count] = pca.explained_variance_ratio_
    return points, share


def _neighbour_embedding(codes: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    """t-SNE's coordinates and its perplexity, smaller where points are few.

    On one thread: sums over threads come out differently with their number, and
    t-SNE carries the last bit of a sum into another picture.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = float(min(PERPLEXITY, (len(codes) - 1) / 3))
    if len(codes) < MIN_FOR_TSNE:
        return np.zeros((0, 2), np.float32), perplexity
    can_start_from_pca = codes.shape[1] >= 2 and bool(np.ptp(codes, axis=0).any())
    tsne = TSNE(
        perplexity=perplexity,
        init="pca" if can_start_from_pca else "random",
        random_state=seed,
    )
    with threadpool_limits(1):
        return tsne.fit_transform(codes).astype(np.float32), perplexity
