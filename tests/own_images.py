"""Writes images of a user's own as people keep them: folders of pictures, arrays, tables."""

from pathlib import Path

import numpy as np
from PIL import Image


def digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's first digits: uint8 `(count, 8, 8)`, and their classes."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return np.rint(bunch.images[:count] * (255 / 16)).astype(np.uint8), bunch.target[:count]


def write_picture(path: Path, image: np.ndarray, **options) -> Path:
    """Writes a uint8 or uint16 array as the picture that the path's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)
    return path


def write_folder(folder: Path, count: int = 40, first: int = 0) -> Path:
    """Digits in a folder for each class."""
    for number, (image, label) in enumerate(zip(*digits(count), strict=True)):
        if number >= first:
            write_picture(folder / str(label) / f"{number:03d}.png", image)
    return folder


def write_npz(path: Path, count: int = 40) -> Path:
    """Digits as arrays."""
    images, labels = digits(count)
    np.savez(path, images=images, labels=labels)
    return path


def write_csv(path: Path, count: int = 40, first: int = 0) -> Path:
    """Digits as rows of a label and pixels."""
    images, labels = digits(count)
    rows = np.column_stack([labels, images.reshape(count, -1)])[first:]
    np.savetxt(path, rows, fmt="%d", delimiter=",")
    return path


def write_all(folder: Path) -> None:
    """`pictures/`, `split/` with train and test, `flat/`, `arrays.npz`, `digits_train.csv` with
    its test part, and `paths.csv`."""
    write_folder(folder / "pictures")
    write_folder(folder / "split" / "train", 30)
    write_folder(folder / "split" / "test", 40, first=30)
    for number, image in enumerate(digits(12)[0]):
        write_picture(folder / "flat" / f"{number}.bmp", image)
    write_npz(folder / "arrays.npz")
    write_csv(folder / "digits_train.csv", 30)
    write_csv(folder / "digits_test.csv", 40, first=30)
    lines = [
        f"{path.relative_to(folder)},{path.parent.name}"
        for path in sorted((folder / "pictures").rglob("*.png"))
    ]
    (folder / "paths.csv").write_text("\n".join(["path,label", *lines, ""]))
