"""The sentence on the images that a job works with: the first line of every job."""

from kerasae import wording
from kerasae.data.dataset_name import FALLBACK, DatasetName
from kerasae.data.spec import DatasetSpec
from kerasae.data.split import Split


def sentence(
    spec: DatasetSpec,
    train: Split,
    validation: Split | None,
    test_images: int,
    classes: tuple[str, ...] | None,
) -> str:
    """Dataset, numbers of images, size, channels, classes, and how many images have no label.

    Args:
        spec: Facts about the dataset.
        train: The images to train on.
        validation: Held out of them; None where none are.
        test_images: Number of test images; how many of them have a label isn't known yet.
        classes: Names of the classes that are kept; None without labels.
    """
    parts = [_count(train, "training")]
    parts += [_count(validation, "validation")] if validation else []
    numbers = f"{', '.join(parts)} and {test_images:,} test"
    return _sentence(spec, numbers, train, classes)


def test_sentence(spec: DatasetSpec, test: Split, classes: tuple[str, ...] | None) -> str:
    """As `sentence`, where the test images alone are worked with."""
    return _sentence(spec, _count(test, "test"), test, classes)


def _sentence(spec: DatasetSpec, numbers: str, some: Split, classes: tuple[str, ...] | None) -> str:
    """Numbers of images, and what is true of `some` of them and so of all."""
    channels = some.image_shape[-1]
    facts = [
        f"{numbers} images of {_size(some.image_shape)} pixels{_resized(spec, some)}",
        f"{channels} {'channel' if channels == 1 else 'channels'}",
        "no labels" if classes is None else _classes(len(classes)),
    ]
    kind = DatasetName.parse(spec.name).kind
    shown = wording.one_line(f"{spec.name} ({kind})" if kind == FALLBACK else spec.name)
    return f"{shown}: {', '.join(facts)}{'' if some.in_memory else ', streamed from disk'}"


def _count(split: Split, what: str) -> str:
    """How many images a split has, and how many of them have no label."""
    without = 0 if split.labels is None else split.num_images - split.labelled_images
    return f"{split.num_images:,} {what}{f' ({without:,} without a label)' if without else ''}"


def _classes(count: int) -> str:
    return f"{count:,} {'class' if count == 1 else 'classes'}"


def _size(shape: tuple[int | None, ...]) -> str:
    return f"{shape[0]}x{shape[1]}"


def _resized(spec: DatasetSpec, split: Split) -> str:
    """What the images were resized from, where they were."""
    own = spec.image_shape[:2]
    if None in own:
        return " (resized from several sizes)"
    return "" if own == split.image_shape[:2] else f" (resized from {_size(own)})"
