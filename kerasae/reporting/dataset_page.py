"""A dataset's summary as tables in Markdown."""

from collections.abc import Iterable

from kerasae import tables, wording
from kerasae.data.summary import DatasetSummary, SplitSummary
from kerasae.tables import as_markdown


def markdown(summary: DatasetSummary, picture: str | None = None) -> str:
    """Facts, images by class, values, copies, and what can't be read.

    Args:
        summary: What is in the dataset.
        picture: Path of the contact sheet, relative to the page; None for none.
    """
    sections = [
        f"# {as_markdown(summary.dataset)}\n",
        tables.markdown(("", ""), _facts(summary)),
        "## Images\n",
        tables.markdown(*_by_class(summary)),
        "## Values\n",
        "Of all pixels, of images in [0, 1].\n",
        tables.markdown(*_values(summary)),
        "## Copies\n",
        tables.markdown(*_copies(summary)),
        *_examples(summary),
        *_unreadable(summary),
    ]
    if picture:
        sections += ["## Some of each class\n", f"![Some images of each class]({picture})\n"]
    return "\n".join(sections)


def _facts(summary: DatasetSummary) -> list[tuple[str, str]]:
    sizes = str(summary.most_common)
    if summary.sizes > 1:
        sizes = (
            f"{summary.sizes:,} sizes, height x width: smallest {summary.smallest}, largest "
            f"{summary.largest}, most common {summary.most_common} "
            f"({summary.most_common.images:,} images)"
        )
    classes = "none" if summary.classes is None else f"{len(summary.classes):,}"
    chosen = [
        ("chosen", " ".join(f"--{name}={value}" for name, value in summary.chosen.items()))
    ] if summary.chosen else []  # fmt: skip
    splits = [(f"{split.name}, from", split.stored) for split in summary.splits]
    return [
        ("kind", summary.kind),
        *chosen,
        *splits,
        ("size", sizes),
        ("channels", str(summary.channels)),
        ("classes", classes),
        ("files that can't be read", f"{summary.unreadable_count:,}"),
        ("licence", summary.licence),
        ("citation", " ".join(summary.citation.split()) or "none"),
        ("content digest", summary.content),
    ]


def _by_class(summary: DatasetSummary) -> tuple[list[str], Iterable[list[str]]]:
    """Numbers of images, a row a class and a column a split."""
    splits = summary.splits
    rows = [
        [name, *(f"{split.by_class[at]:,}" for split in splits)]
        for at, name in enumerate(summary.classes or ())
    ]
    if any(split.unlabelled for split in splits):
        rows.append(["(no label)", *(f"{split.unlabelled:,}" for split in splits)])
    rows.append(["all", *(f"{split.images:,}" for split in splits)])
    return ["class", *_names(splits)], rows


def _values(summary: DatasetSummary) -> tuple[list[str], Iterable[list[str]]]:
    rows = [
        [
            split.name,
            channel.channel,
            *(f"{value:.4f}" for value in (
                channel.least, channel.greatest, channel.mean, channel.std
            )),
        ]
        for split in summary.splits
        for channel in split.values
    ]  # fmt: skip
    return ["split", "channel", "least", "greatest", "mean", "standard deviation"], rows


def _copies(summary: DatasetSummary) -> tuple[list[str], Iterable[list[str]]]:
    """Images with the pixels of others, a row a kind and a column a split."""
    splits = summary.splits
    rows = [
        ["of an earlier image of the split", *(f"{split.duplicates:,}" for split in splits)],
        [
            f"of an image of {' or '.join(_names(splits[:-1]))}",
            "",
            *(f"{split.also_in_earlier_splits:,}" for split in splits[1:]),
        ],
    ]
    return ["images with the same pixels as that", *_names(splits)], rows


def _examples(summary: DatasetSummary) -> list[str]:
    """Sentences on copies, and the first of them."""
    if not summary.equal_images:
        return []
    lines = [
        f"- {as_markdown(', '.join(group.images))}"
        f"{f' and {group.count - len(group.images):,} more' * (group.count > len(group.images))}"
        for group in summary.equal_images
    ]
    labels = f"{summary.other_labels:,} images share their pixels with one of another label. "
    return [
        f"{labels if summary.classes else ''}Equal images, by split and position from 0 or by "
        "file; those of several splits come first:\n",
        "\n".join(lines) + "\n",
    ]


def _unreadable(summary: DatasetSummary) -> list[str]:
    if not summary.unreadable:
        return []
    left = summary.unreadable_count - len(summary.unreadable)
    lines = [f"- {as_markdown(wording.one_line(line))}" for line in summary.unreadable]
    lines += [f"- and {left:,} more"] if left else []
    return ["## Files that can't be read\n", "\n".join(lines) + "\n"]


def _names(splits: Iterable[SplitSummary]) -> list[str]:
    return [split.name for split in splits]
