"""What is said of labels that are missing, so that no number is taken for that of all images."""

import logging

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


def missing_classes(dataset: str, train: list[Split], test: Split) -> None:
    """Says which classes are among the training images or the test images alone.

    Args:
        dataset: Its name.
        train: The images that training and validation share.
        test: The others.
    """
    if test.labels is None:
        return
    trained, tested = (_present(splits) for splits in (train, [test]))
    for lacking, other, numbers in (
        ("training", "test", tested - trained),
        ("test", "training", trained - tested),
    ):
        if numbers:
            names = [test.class_names[number] for number in sorted(numbers)]
            more = f" and {len(names) - MAX_SHOWN:,} more" if len(names) > MAX_SHOWN else ""
            logger.warning(
                "%s: no %s image is of the class %s%s, of which there are %s images.",
                dataset, lacking, ", ".join(names[:MAX_SHOWN]), more, other,
            )  # fmt: skip


def _present(splits: list[Split]) -> set[int]:
    """Numbers of the classes that have an image in one of the splits."""
    return {int(number) for split in splits for number in split.classes_present}
