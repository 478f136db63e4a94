"""What is known of test images: their codes, errors, labels and places on a map, computed once."""

import dataclasses

import numpy as np

from kerasae.config import ConfigError
from kerasae.data import pipeline
from kerasae.data.split import Split
from kerasae.exporting import litert
from kerasae.exporting.quantisation import dequantised
from kerasae.names import DECODER, ENCODER
from kerasae.playground import browser_files
from kerasae.playground.browser_files import BrowserFiles
from kerasae.playground.card import Card

# What a page holds at most: a browser draws no larger picture, and loads no more codes at once.
MAX_IMAGES, MAX_PIXELS, MAX_NUMBERS = 10_000, 2**24, 2**21
SEED = 0
BATCH = 250


@dataclasses.dataclass(frozen=True)
class KnownImages:
    """Test images, all in one order.

    Attributes:
        images: uint8 `(n, height, width, channels)`.
        codes: float32 `(n, code size)`.
        errors: float32 `(n,)`: mean squared error per pixel of each reconstruction.
        labels: int32 `(n,)`, -1 where an image has none.
        classes: Names of the dataset's classes, indexed by label.
        of: Test images that these are a sample of.
    """

    images: np.ndarray
    codes: np.ndarray
    errors: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    of: int


@dataclasses.dataclass(frozen=True)
class CodeMap:
    """A plane through the codes: their first two principal components (Pearson, 1901).

    Attributes:
        mean: float32 `(code size,)`.
        axes: float32 `(2, code size)`; zeros where the codes have fewer dimensions.
        variance_share: Of each axis, in [0, 1].
    """

    mean: np.ndarray
    axes: np.ndarray
    variance_share: tuple[float, float]


def load(card: Card, dataset: str | None, data_dir: str | None) -> Split:
    """The test images of the dataset that the model was trained on; nothing is downloaded.

    Raises:
        ConfigError: where they aren't there, or are others.
        RunError: where their files are damaged.
    """
    config = card.data_config(dataset, data_dir)
    source = pipeline.open_source(config)
    if pipeline.channels(source.spec, config) != card.image.channels:
        raise ConfigError(f"{source.spec.name} has images of other channels")
    if card.data.dataset.content not in (None, source.spec.content):
        raise ConfigError(f"{source.spec.name} holds other images than the model was trained on")
    return pipeline.load_test(source, config)


def measure(test: Split, card: Card, files: BrowserFiles) -> KnownImages:
    """Codes and errors of test images by the files that the browser runs.

    Args:
        test: The images; a sample of them is taken where they are many.
        card: Facts of the version.
        files: Its files.
    """
    pixels = card.image.height * card.image.width
    count = max(1, min(MAX_IMAGES, MAX_PIXELS // pixels, MAX_NUMBERS // card.code.size))
    chosen = test.subset(count, SEED)
    images = chosen.every_image()
    encoder, decoder = (litert.Runner(files.paths[part]) for part in (ENCODER, DECODER))
    codes, errors = [], []
    for start in range(0, len(images), BATCH):
        unit = images[start : start + BATCH] * np.float32(1 / 255)
        code = _run(encoder, ENCODER, unit)
        differences = _run(decoder, DECODER, code).reshape(unit.shape) - unit
        codes.append(code)
        errors.append(np.mean(np.square(differences), axis=(1, 2, 3)))
    unlabelled = np.full(len(images), -1)
    return KnownImages(
        images,
        np.concatenate(codes),
        np.concatenate(errors),
        (unlabelled if chosen.labels is None else chosen.labels).astype(np.int32),
        () if chosen.labels is None else tuple(chosen.class_names),
        test.num_images,
    )


def _run(runner: litert.Runner, part: str, values: np.ndarray) -> np.ndarray:
    """Real numbers in, real numbers out."""
    function = browser_files.any_batch(part)
    (stored,) = runner.run(function, values).values()
    found = dequantised(stored, runner.details(function)["output"])
    return found.reshape(len(values), -1).astype(np.float32)


def code_map(codes: np.ndarray) -> CodeMap:
    """The plane in which the codes differ most."""
    from sklearn.decomposition import PCA

    axes, share = np.zeros((2, codes.shape[1]), np.float32), np.zeros(2)
    count = min(2, *codes.shape)
    if np.ptp(codes, axis=0).any():
        pca = PCA(count, svd_solver="full").fit(codes)
        axes[:count], share[:count] = pca.components_, pca.explained_variance_ratio_
    return CodeMap(codes.mean(axis=0), axes, (float(share[0]), float(share[1])))
