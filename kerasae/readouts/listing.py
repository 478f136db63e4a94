"""Every result of a directory in words, with the number of labels that it learnt from."""

import dataclasses
from collections.abc import Sequence

from kerasae import names
from kerasae.readouts import origin, results, titles
from kerasae.readouts.curves import LabelCurve, LayerCurve
from kerasae.readouts.origin import Images
from kerasae.readouts.results import HeadResult
from kerasae.run_dir import RunDir

LABELS = "labels"


@dataclasses.dataclass(frozen=True)
class ReadoutRow:
    """A result in words.

    Attributes:
        dataset: Its dataset; two of one name are told apart.
        head: The head and what is not as usual of it, see `titles.readout_titles`.
        result: The result.
    """

    dataset: str
    head: str
    result: HeadResult

    @property
    def readout(self) -> str:
        """The head, and the baseline that it reads."""
        return f"{self.head}, of {names.title(self.baseline)}" if self.baseline else self.head

    @property
    def baseline(self) -> str | None:
        """Name of the baseline that it reads; None where it reads the code."""
        place, _, name = self.result.origin.features.partition("/")
        return name if place == origin.BASELINES else None

    @property
    def labels(self) -> int:
        """How many labels it learnt from."""
        return self.result.train_images

    @property
    def content(self) -> str:
        """What its dataset holds, see `DatasetSpec.content`."""
        return self.result.origin.images.content


def read(run: RunDir) -> list[ReadoutRow]:
    """Readouts of the code, then those of the baselines.

    Raises:
        RunError: where a result is damaged.
    """
    found = [*results.on_the_code(run), *results.on_baselines(run)]
    datasets = _datasets([result.origin.images for result in found])
    return [
        ReadoutRow(dataset, title, result)
        for dataset, title, result in zip(
            datasets, titles.readout_titles(found), found, strict=True
        )
    ]


def curve_titles(found: Sequence[LayerCurve] | Sequence[LabelCurve]) -> list[str]:
    """What each curve is of: its dataset, the number of labels, and what tells it from others."""
    datasets = _datasets([curve.origin.images for curve in found])
    words = [
        f"{dataset}, {curve.train_images:,} labels"
        for dataset, curve in zip(datasets, found, strict=True)
    ]
    return titles.distinct(words, [curve.origin for curve in found])


def _datasets(images: list[Images]) -> list[str]:
    """The name of each one's dataset, see `titles.dataset_titles`."""
    known = titles.dataset_titles({one.content: one.dataset for one in images})
    return [known[one.content] for one in images]
