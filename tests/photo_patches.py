"""A dataset in colour: patches of the two photographs that come with scikit-learn."""

from pathlib import Path

import numpy as np
import small_datasets

NAME = "photo_patches"
CLASSES = ("temple", "flower")
SIDE = 16


def write(folder: Path, side: int = SIDE, stride: int = 32, train: int = 200) -> None:
    """Writes `photo_patches`: RGB, two classes, the right quarter of each photograph for testing.

    Args:
        folder: Folder of datasets.
        side: Of a patch, pixels.
        stride: From one patch to the next, pixels.
        train: Training images, at most.
    """
    import tensorflow_datasets as tfds
    from sklearn.datasets import load_sample_images

    splits: dict[str, list[dict]] = {"train": [], "test": []}
    for label, photograph in enumerate(load_sample_images().images):
        height, width, _ = photograph.shape
        for top in range(0, height - side + 1, stride):
            for left in range(0, width - side + 1, stride):
                split = "train" if left + side <= width * 3 // 4 else "test"
                patch = photograph[top : top + side, left : left + side]
                splits[split].append({"image": patch, "label": label})
    kept = np.random.default_rng(0).permutation(len(splits["train"]))[:train]
    splits["train"] = [splits["train"][at] for at in sorted(kept)]
    features = {
        "image": tfds.features.Image(shape=(side, side, 3)),
        "label": tfds.features.ClassLabel(names=CLASSES),
    }
    small_datasets.write(folder, NAME, features, splits, num_shards=1)
