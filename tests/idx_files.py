"""Writes IDX files, as MNIST was published."""

import gzip
from pathlib import Path

import numpy as np

NAMES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def idx_bytes(values: np.ndarray) -> bytes:
    """The header of unsigned bytes, and the bytes."""
    sizes = np.array(values.shape, ">u4").tobytes()
    return bytes([0, 0, 8, values.ndim]) + sizes + values.astype(np.uint8).tobytes()


def write(
    folder: Path,
    train: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    packed: bool = False,
    prefix: str = "",
) -> Path:
    """Writes the four files of a dataset, of images `(n, height, width)` and labels `(n,)`."""
    folder.mkdir(parents=True, exist_ok=True)
    for split, arrays in (("train", train), ("test", test)):
        for name, values in zip(NAMES[split], arrays, strict=True):
            content = idx_bytes(np.asarray(values))
            path = folder / f"{prefix}{name}{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    return folder


def digits(
    train: range = range(60), test: range = range(60, 80)
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Images and labels of scikit-learn's digits, 8x8, by split."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    return tuple((images[list(at)], bunch.target[list(at)]) for at in (train, test))
