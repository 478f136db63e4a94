"""Which experiment a run repeats, and how it is told."""

import dataclasses
import tomllib
from importlib import resources
from typing import Any

from kerasae.config import shown
from kerasae.run_flags import PREFIX

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
        choices: What the source leaves open and what was chosen, as the run has it.
        published: What the source tells of its data and time, as `config.json` names it.
        published_settings: What the source tells of its settings, by flag.
    """

    name: str
    title: str
    source: str
    sections: tuple[Section, ...]
    choices: tuple[dict[str, str], ...]
    published: dict[str, Any] = dataclasses.field(default_factory=dict)
    published_settings: dict[str, Any] = dataclasses.field(default_factory=dict)


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
        choices=tuple(_choice(choice, by_flag(settings)) for choice in story.get("choice", ())),
        published=story.get("published", {}),
        published_settings=story.get("published_settings", {}),
    )


def by_flag(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a `config.json` by the names of their flags."""
    model = {f"{PREFIX}{name}": value for name, value in settings["model_config"].items()}
    return {
        "model": settings["model"],
        **model,
        **settings.get("data", {}),
        **settings.get("training", {}),
    }


def _choice(choice: dict[str, Any], flags: dict[str, Any]) -> dict[str, str]:
    """What was chosen: a text that holds for every such run, then the run's own settings."""
    own = [f"--{flag}={shown(flags[flag])}" for flag in choice.get("flags", ()) if flag in flags]
    texts = [choice.get("chosen", ""), " ".join(own)]
    return {"what": choice["what"], "chosen": "; ".join(text for text in texts if text)}
