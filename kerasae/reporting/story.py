"""The page of a run: its sections in the order of the experiment that it repeats."""

import dataclasses
import tomllib
from importlib import resources
from typing import Any

from kerasae.published import experiment, experiments
from kerasae.published.experiment import Choice, Section
from kerasae.runs.settings import by_flag
from kerasae.wording import shown


@dataclasses.dataclass(frozen=True)
class Story:
    """Content of a page, before its tables and figures.

    Attributes:
        title: Title of the page.
        source: The source that the run repeats; empty for a run of one's own.
        sections: In the order of the source.
        choices: Subject, and what was chosen for it where the source leaves it open.
    """

    title: str
    source: str
    sections: tuple[Section, ...]
    choices: tuple[tuple[str, str], ...]


def choose(settings: dict[str, Any]) -> Story:
    """The story of the experiment whose architecture a run has, or that of any other run.

    Args:
        settings: As in the run's `config.json`.
    """
    repeated = experiments.matching(settings)
    if repeated is None:
        text = resources.files("kerasae.reporting").joinpath("plain.toml").read_text("utf-8")
        content = tomllib.loads(text)
        return Story(content["title"], "", experiment.sections(content["section"]), ())
    flags = by_flag(settings)
    return Story(
        title=repeated.title,
        source=repeated.source,
        sections=repeated.sections,
        choices=tuple((choice.what, _chosen(choice, flags)) for choice in repeated.choices),
    )


def _chosen(choice: Choice, flags: dict[str, Any]) -> str:
    """A text that holds for every such run, then the run's own settings."""
    own = [f"--{flag}={shown(flags[flag])}" for flag in choice.flags if flag in flags]
    return "; ".join(text for text in (choice.chosen, " ".join(own)) if text)
