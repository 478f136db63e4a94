"""Which experiment a run repeats, and how it is told."""

import dataclasses
import tomllib
from importlib import resources
from typing import Any

ANY = "any"


@dataclasses.dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: Its heading.
        text: A paragraph.
        numbers: Names of tables, see `numbers.py`.
        figures: Names of figures, in order.
    """

    title: str
    text: str
    numbers: tuple[str, ...]
    figures: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Story:
    """How an experiment is told.

    Attributes:
        name: The file's name.
        title: Of the page.
        source: What it repeats; empty for a run of one's own.
        sections: In the order of the source.
        choices: What the source leaves open and what was chosen.
    """

    name: str
    title: str
    source: str
    sections: tuple[Section, ...]
    choices: tuple[dict[str, str], ...]


def of_run(settings: dict[str, Any]) -> Story:
    """The story whose model a run has; `any` where it has none.

    Args:
        settings: As in the run's `config.json`.
    """
    folder = resources.files("kerasae.reporting").joinpath("stories")
    told = {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    }
    model = {"model": settings["model"], **settings["model_config"]}
    fitting = [
        name
        for name, story in told.items()
        if story["match"] and all(model.get(key) == value for key, value in story["match"].items())
    ]
    name = fitting[0] if fitting else ANY
    story = told[name]
    return Story(
        name=name,
        title=story["title"],
        source=story["source"],
        sections=tuple(
            Section(
                title=section["title"],
                text=section["text"].strip(),
                numbers=tuple(section.get("numbers", ())),
                figures=tuple(section.get("figures", ())),
            )
            for section in story["section"]
        ),
        choices=tuple(story.get("choice", ())),
    )
