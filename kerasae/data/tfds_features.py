"""Which features of a TFDS dataset are its image and its label.

What is asked for counts, then what the dataset declares as supervised, then the
names `image` and `label`, then the only one there is. Their order counts never:
a dataset that is opened without its code has them in another order each time.
"""

from typing import Any

import numpy as np

from kerasae.config import require
from kerasae.data.spec import MAX_CLASSES, UNLABELLED

IMAGE, LABEL = "image", "label"
CHANNELS = (1, 3)


def image_key(info: Any, dataset: str, wanted: str | None) -> str:
    """The feature that holds the images.

    Args:
        info: `tfds.core.DatasetInfo`.
        dataset: Its name, for messages.
        wanted: The feature that was asked for; None where none was.

    Raises:
        ConfigError: where there is none, or none that is meant.
    """
    import tensorflow_datasets as tfds

    known = [
        key
        for key, feature in _features(info, dataset).items()
        if isinstance(feature, tfds.features.Image)
        and np.dtype(feature.np_dtype) == np.uint8
        and feature.shape[-1] in CHANNELS
    ]
    require(
        bool(known),
        f"--dataset={dataset} has no 8-bit image of 1 or 3 channels.",
        features=tuple(info.features),
    )
    return _chosen(IMAGE, known, known, dataset, wanted, _declared(info, 0))


def label_key(info: Any, dataset: str, wanted: str | None) -> str | None:
    """The feature that holds the labels, a class or a whole number; None where there is none.

    A whole number that is neither asked for nor declared nor named `label` is
    taken for something else, such as a count.

    Args:
        info: `tfds.core.DatasetInfo`.
        dataset: Its name, for messages.
        wanted: The feature that was asked for; None where none was.

    Raises:
        ConfigError: where what is asked for is no label, or where there are
            several and none is meant.
    """
    import tensorflow_datasets as tfds

    features = _features(info, dataset)
    classes = [
        key
        for key, feature in features.items()
        if isinstance(feature, tfds.features.ClassLabel) and feature.num_classes
    ]
    numbers = [key for key, feature in features.items() if is_whole_number(feature)]
    return _chosen(LABEL, classes, classes + numbers, dataset, wanted, _declared(info, 1))


def is_whole_number(feature: Any) -> bool:
    """Whether a feature is a plain whole number, whose classes TFDS doesn't know."""
    import tensorflow_datasets as tfds

    return (
        type(feature) in (tfds.features.Scalar, tfds.features.Tensor)
        and feature.shape == ()
        and np.issubdtype(feature.np_dtype, np.integer)
    )


def classes_of_numbers(values: np.ndarray, dataset: str, key: str) -> np.ndarray:
    """The classes that whole numbers stand for: the different ones, ascending, without -1.

    Args:
        values: Of all images, int64.
        dataset: The dataset's name, for the message.
        key: Name of the feature.

    Raises:
        ConfigError: where they are too many, or none.
    """
    found = np.unique(values[values != UNLABELLED])
    require(
        0 < len(found) <= MAX_CLASSES,
        f"The feature {key} of --dataset={dataset} holds {len(found):,} different whole numbers; "
        f"classes are 1 to {MAX_CLASSES:,}. --label names another feature.",
        label=key,
    )
    return found


def _chosen(
    flag: str,
    natural: list[str],
    usable: list[str],
    dataset: str,
    wanted: str | None,
    declared: Any,
) -> str | None:
    """The feature that is meant; None where none could be."""
    names = ", ".join(sorted(usable)) or "none"
    if wanted is not None:
        require(
            wanted in usable,
            f"--{flag} must name a feature of --dataset={dataset} that is one; known: {names}.",
            **{flag: wanted},
        )
        return wanted
    for key in (declared, flag):
        if key in usable:
            return key
    require(
        len(natural) <= 1,
        f"--dataset={dataset} has several features for --{flag} and declares none of them as the "
        f"one that is meant: give one of {', '.join(sorted(natural))}.",
        **{flag: wanted},
    )
    return natural[0] if natural else None


def _declared(info: Any, place: int) -> Any:
    """What the dataset declares as the input (0) or target (1) of supervised learning."""
    return info.supervised_keys[place] if info.supervised_keys else None


def _features(info: Any, dataset: str) -> Any:
    """The dataset's features by name."""
    import tensorflow_datasets as tfds

    require(
        isinstance(info.features, tfds.features.FeaturesDict),
        f"--dataset={dataset} has no features with names.",
        features=type(info.features).__name__,
    )
    return info.features
