"""Words for results that stand side by side: those of different things never read alike."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kerasae import names, records, registry
from kerasae.readouts.origin import Origin
from kerasae.readouts.results import HeadResult
from kerasae.wording import shown


def readout_titles(results: list[HeadResult]) -> list[str]:
    """What each readout is: `linear readout`, `linear readout, penalty=2`, `…, classes 1, 8`.

    Features, dataset and number of labels are left to the table; of those that
    share them and the words, see `distinct`.
    """
    found = [_title(result) for result in results]
    return distinct(
        found,
        [result.origin for result in results],
        [
            (result.origin.features, result.origin.images.content, result.train_images)
            for result in results
        ],
    )


def distinct(words: list[str], origins: list[Origin], beside: list[Any] | None = None) -> list[str]:
    """The words; where they are the same, with the seed, and where that is the same with the key.

    Args:
        words: A title for each result.
        origins: What each was made of.
        beside: What stands beside each title and tells them apart as well.
    """
    beside = beside or [None] * len(words)
    for more in (lambda one: f"seed {one.seed}", lambda one: one.key):
        same = Counter(zip(words, beside, strict=True))
        words = [
            f"{title}, {more(made_of)}" if same[title, other] > 1 else title
            for title, made_of, other in zip(words, origins, beside, strict=True)
        ]
    return words


def dataset_titles(known: Mapping[str, str]) -> dict[str, str]:
    """What each dataset is called: by its name, and by its content too where two share that.

    Args:
        known: Names by content, see `DatasetSpec.content`.
    """
    same = Counter(known.values())
    return {
        content: name if same[name] == 1 else f"{name} ({content[:8]})"
        for content, name in known.items()
    }


def _title(result: HeadResult) -> str:
    """The head and what is not as usual, without its seed."""
    origin, kept = result.origin, result.origin.images.classes
    usual = _usual(origin.readout)
    words = [
        f"{name}={shown(value)}"
        for name, value in records.to_json(origin.settings).items()
        if name in usual and usual[name] != value
    ]
    if kept is not None and kept != result.classes:
        words.append(f"classes {', '.join(kept)}")
    return ", ".join([names.readout_title(origin.readout), *words])


def _usual(head: str) -> dict[str, Any]:
    """A head's options by default, ready for JSON; none of a head that is no more."""
    if head not in registry.names(registry.HEADS):
        return {}
    return records.to_json(registry.load(registry.HEADS, head, "--heads").Config())
