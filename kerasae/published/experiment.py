"""One published experiment, read from its folder.

| file | content |
|---|---|
| `experiment.toml` | an `Experiment`: title, source, facts, sections of the page, choices |
| `train.flags` | all settings, the only place with their values |
| `<dataset>.flags` | settings that differ where it is trained on that dataset; optional |
| `training_loss.csv` | published training loss by `epoch`, counted from 0; optional |
| `confusion_<head>.csv` | published confusion matrix, true × predicted class; optional |
"""

import dataclasses
import functools
import tomllib
from pathlib import Path
from typing import Any

from kerasae import csv_files, files, records, run_flags
from kerasae.config import ConfigError, RunError, require_known
from kerasae.data.dataset_name import DatasetName, same_dataset
from kerasae.run_config import RunConfig
from kerasae.runs import settings
from kerasae.runs.record import RunRecord

FILE = "experiment.toml"
TRAIN = "train"


@dataclasses.dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: Heading.
        text: Paragraph below it.
        tables: Names of tables of `kerasae.reporting` and of measures, in order.
        figures: Names of figures, in order.
    """

    title: str
    text: str = ""
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Choice:
    """A choice that the source leaves open.

    Attributes:
        what: Subject of the choice.
        chosen: What was chosen, in words that hold for every such run.
        flags: Names of the flags with which it was chosen.
    """

    what: str
    chosen: str = ""
    flags: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Display:
    """Content of the figures of an experiment; the defaults are for a run of none.

    Attributes:
        kernel_threshold: Absolute value below which a weight of the first
            layer is drawn blank; None takes it from the layer's own weights.
        filters: First-layer filters whose effect is shown, counted from 0,
            beside those that differ most.
        sample: Class of the image that they are applied to; None takes the first.
        samples: Classes of the images whose activations are shown; those that
            a dataset lacks are replaced by its first and last class.
    """

    kernel_threshold: float | None = None
    filters: tuple[int, ...] = ()
    sample: str | None = None
    samples: tuple[str, ...] = ()


PLAIN = Display()


@dataclasses.dataclass(frozen=True)
class _Loss:
    """A line of `training_loss.csv`; epochs are counted from 0 there."""

    epoch: int
    training_loss: float


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A published experiment.

    Attributes:
        folder: Folder of its files.
        title: Title of the source, for headings.
        source: Kind, title, author and date of the source.
        citation: Source in a few words, for legends.
        architecture: Flags by which a run is recognised as one of it, beside `--model`.
        stated: Flags whose values the source states.
        classes, train_images, image_shape: Images that it was trained on, as
            `config.json` records them.
        sections, choices: Its page.
        training_time: Published, in words; None where it isn't known.
        demo: Model in a few words, for `kerasae.demo`; None leaves it out of the demo.
        heads: Readouts that are fitted on its code.
        labels_per_class: Numbers of labels of the label-efficiency curve.
        transfer_dataset: Dataset on which the frozen encoder is read out too.
        display: Content of its figures.
    """

    folder: Path
    title: str
    source: str
    citation: str
    architecture: tuple[str, ...]
    stated: tuple[str, ...]
    classes: tuple[str, ...]
    train_images: int
    image_shape: tuple[int, ...]
    sections: tuple[Section, ...]
    choices: tuple[Choice, ...] = ()
    training_time: str | None = None
    demo: str | None = None
    heads: tuple[str, ...] = ("linear", "ffn")
    labels_per_class: tuple[str, ...] = ("1", "3", "10", "30", "100", "all")
    transfer_dataset: str | None = None
    display: Display = PLAIN

    @property
    def name(self) -> str:
        """Name for `--experiment`."""
        return self.folder.name

    @functools.cached_property
    def settings(self) -> dict[str, Any]:
        """Published settings and those chosen for it, by flag."""
        return settings.by_flag(settings.to_json(self.config()))

    def flags(self, overrides: dict[str, object] | None = None) -> list[str]:
        """Command line that trains it.

        Args:
            overrides: Values by flag name; None leaves the flagfile's. With a
                `dataset` that has a flagfile of its own, its settings count too.
        """
        overrides = {k: v for k, v in (overrides or {}).items() if v is not None}
        flagfiles = [self.folder / f"{TRAIN}.flags"]
        if "dataset" in overrides:
            part = DatasetName.parse(str(overrides["dataset"])).path_part
            flagfiles += [path for path in (self.folder / f"{part}.flags",) if path.is_file()]
        return [
            *(f"--flagfile={file}" for file in flagfiles),
            *(f"--{flag}={value}" for flag, value in overrides.items()),
        ]

    def config(self, seed: int = 0, overrides: dict[str, object] | None = None) -> RunConfig:
        """Settings of a run of it; `overrides` as for `flags`."""
        return run_flags.parse(self.flags(overrides), seed=seed)

    def matches(self, stored: dict[str, Any]) -> bool:
        """True for settings, as in `config.json`, with this experiment's architecture."""
        theirs = settings.by_flag(stored)
        return all(
            theirs.get(flag) == self.settings[flag] for flag in ("model", *self.architecture)
        )

    def repeated_by(self, recorded: RunRecord) -> bool:
        """True for the record of a run with this architecture on the published images."""
        return (
            self.matches(recorded.settings)
            and self.is_own(recorded.settings["data"]["dataset"])
            and recorded.train_images == self.train_images
            and recorded.image_shape == tuple(self.image_shape)
        )

    def is_own(self, dataset: str) -> bool:
        """True for the dataset that it was trained on, in whichever version."""
        return same_dataset(dataset, self.settings["dataset"])

    def training_loss(self) -> dict[int, float]:
        """Published training loss, mean squared error per pixel, by epoch.

        Returns:
            Epochs are counted from 1, as everywhere in kerasae; empty where
            none was published.
        """
        path = self._table("training_loss")
        rows = records.read_table(path, _Loss) if path.is_file() else []
        return {row.epoch + 1: row.training_loss for row in rows}

    @property
    def published_heads(self) -> tuple[str, ...]:
        """Heads with a published confusion matrix, in the order of `heads`."""
        return tuple(head for head in self.heads if self._table(f"confusion_{head}").is_file())

    def confusion(self, head: str) -> tuple[tuple[int, ...], ...]:
        """Published confusion matrix of a readout on the test images.

        Returns:
            Rows of counts: true class × predicted class.

        Raises:
            ConfigError: for a head without a published matrix.
            RunError: for a damaged table.
        """
        require_known("A published readout", head, self.published_heads)
        path = self._table(f"confusion_{head}")
        try:
            return tuple(
                tuple(int(row[f"predicted_{name}"]) for name in self.classes)
                for row in csv_files.read(path)
            )
        except (KeyError, ValueError) as error:
            raise RunError(f"{path} is damaged: {error!r}.") from None

    def accuracy(self, head: str) -> float:
        """Published accuracy of a readout: share of its confusion matrix's diagonal."""
        matrix = self.confusion(head)
        return sum(row[place] for place, row in enumerate(matrix)) / sum(map(sum, matrix))

    def _table(self, name: str) -> Path:
        return self.folder / f"{name}.csv"


def sections(content: list[dict[str, Any]]) -> tuple[Section, ...]:
    """Sections from the tables `[[section]]` of a TOML file."""
    return tuple(_make(Section, section) for section in content)


@functools.cache
def read(folder: Path) -> Experiment:
    """Reads the experiment in a folder.

    Raises:
        ConfigError: where `experiment.toml` is no TOML, lacks a key, or has one too many.
    """
    path = folder / FILE
    try:
        content = tomllib.loads(files.read_text(path))
        content["sections"] = sections(content.pop("section", []))
        content["choices"] = tuple(_make(Choice, one) for one in content.pop("choice", []))
        content["display"] = _make(Display, content.pop("display", {}))
        return _make(Experiment, {"folder": folder, **content})
    except (TypeError, AttributeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} is no experiment: {error}.") from None


def _make(kind: type, content: dict[str, Any]) -> Any:
    """A dataclass from TOML; lists become tuples, texts lose the spaces around them."""
    plain = {list: tuple, str: str.strip}
    return kind(**{k: plain.get(type(v), lambda value: value)(v) for k, v in content.items()})
