"""Parts of every page: templates, cells of tables, pictures inside the page."""

import base64
import dataclasses
import importlib
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from kerasae import names, tables, wording
from kerasae.reporting import picture
from kerasae.tables import Table


def render(template: str, **values: Any) -> str:
    """A page that needs nothing else; whatever comes in `values` is escaped.

    Args:
        template: A file in `reporting/templates/`.
        **values: Variables of the template.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kerasae.reporting"),
        autoescape=True,
        finalize=_printable,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cells"] = cells
    return environment.get_template(template).render(**values)


def _printable(value: Any) -> Any:
    """A value of a template, without anything that turns the direction of the text after it."""
    return wording.printable(value) if type(value) is str else value


def figure(folder: Path, package: str, name: str) -> dict[str, Any]:
    """A picture inside the page, with what it says where one points at it.

    Its caption is the first line of its plug-in's docstring.

    Args:
        folder: Folder of `<name>.png`.
        package: Package of the plug-in.
        name: Name of the plug-in.

    Raises:
        RunError: where the picture is no file, or damaged.
    """
    shown = picture.read(folder / f"{name}.png")
    docstring = importlib.import_module(f"{package}.{name}").__doc__
    return {
        "name": name,
        "title": names.title(name),
        "caption": docstring.strip().splitlines()[0],
        "source": f"data:image/png;base64,{base64.b64encode(shown.png).decode()}",
        "hover": msgspec.to_builtins(shown.hover),
    }


@dataclasses.dataclass(frozen=True)
class Cell:
    """A cell as it is shown.

    Attributes:
        text: Its text.
        right: Whether it stands to the right, as numbers do.
    """

    text: str
    right: bool


def cells(table: Table) -> list[list[Cell]]:
    """The headings of a table, then its rows; a column has one side, that of most of its cells."""
    right = [
        not table.by_row and 2 * sum(map(tables.is_number, column)) > sum(map(_is_there, column))
        for column in zip(*table.rows, strict=True)
    ]
    if table.by_row:  # The first column names what the others are numbers of.
        numbers = all(tables.is_number(cell) for row in table.rows for cell in row[1:] if cell)
        right = [numbers and place > 0 for place in range(len(table.columns))]
    return [
        [Cell(text, side) for text, side in zip(row, right, strict=True)]
        for row in (table.columns, *tables.texts(table))
    ]


def _is_there(cell: Any) -> bool:
    return cell is not None
