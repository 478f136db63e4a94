"""`MODEL_CARD.md`, written from the manifest alone.

After Mitchell et al., "Model Cards for Model Reporting", FAT* 2019.
"""

from pathlib import Path
from typing import Any

import jinja2

from kerasae import tables, wording
from kerasae.exporting import clients, target
from kerasae.exporting.bundle import CARD
from kerasae.exporting.call import label
from kerasae.names import CODE, IMAGE, UNIT

# Of what a function is given, beside its dtype.
RANGES = {IMAGE: " from 0 to 255", UNIT: " in [0, 1]", CODE: ""}


def write(folder: Path, content: dict[str, Any], versions: str) -> None:
    """Writes the card of a version.

    Args:
        folder: The version folder.
        content: Its manifest.
        versions: The path of all versions' folder, as commands are to name it.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kerasae.exporting"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "digits": digits,
        "text": tables.as_markdown,
        "fenced": fenced,
        "label": label,
        "shape": shape,
    }
    environment.globals["ranges_of"] = RANGES
    facts = {**content, "versions": versions, "path": f"{versions}/{content['version']}"}
    card = environment.get_template(f"{CARD}.j2").render(
        facts,
        eight_bit=[item for item in content["functions"] if "effects" in item],
        paragraphs=_paragraphs(environment, facts),
        others=clients.OTHERS,
        allowed_of_others=clients.ALLOWED,
    )
    (folder / CARD).write_text(card, encoding="utf-8")


def _paragraphs(environment: jinja2.Environment, facts: dict[str, Any]) -> list[str]:
    """The paragraph of every target that was written."""
    by_target: dict[str, list[dict[str, Any]]] = {}
    for item in facts["functions"]:
        by_target.setdefault(item["target"], []).append(item)
    return [
        environment.from_string(target.load(name).CARD).render(facts, functions=functions)
        for name, functions in by_target.items()
    ]


def digits(value: Any) -> str:
    """A number with four significant digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def shape(sizes: list[int]) -> str:
    """A tensor's shape, with `any` for an axis that is open."""
    return f"({', '.join('any' if size < 0 else str(size) for size in sizes)})"


def fenced(text: str) -> str:
    """Text of several lines between two fences, which it can't close."""
    return wording.printable(text).replace("`" * 3, "'" * 3)
