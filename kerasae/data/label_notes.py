"""What is said of labels that are missing, so that no number is taken for that of all images."""

import logging

import numpy as np

from kerasae.data.split import Split

logger = logging.getLogger(__name__)
MAX_SHOWN = 10


def unlabelled(dataset: str, name: str, splits: list[Split]) -> None:
    """Says how many images of a dataset with labels have none.

    Args:
        dataset: Its name.
        name: `train` or `test`.
        splits: Its images.
    """
    if splits[0].labels is None:
        return
    total = sum(split.num_images for split in splits)
    without = total - sum(split.labelled_images for split in splits)
    if without:
        logger.warning(
            "%s: %s of %s %s images have no label; they stay out of all that uses labels.",
            dataset, f"{without:,}", f"{total:,}", name,
        )  # fmt: skip


def missing_classes(dataset: str, train: Split, test: Split) -> None:
    """Says which classes are among the training images or the test images alone."""
    for lacking, other, missing in (
        ("training", "test", _only_in(test, train)),
        ("test", "training", _only_in(train, test)),
    ):
        if missing:
            more = f" and {len(missing) - MAX_SHOWN:,} more" if len(missing) > MAX_SHOWN else ""
            logger.warning(
                "%s: no %s image is of the class %s%s, of which there are %s images.",
                dataset, lacking, ", ".join(missing[:MAX_SHOWN]), more, other,
            )  # fmt: skip


def _only_in(one: Split, other: Split) -> list[str]:
    """Names of the classes that have an image in the one and none in the other."""
    numbers = np.setdiff1d(one.classes_present, other.classes_present)
    return [one.class_names[number] for number in numbers]
