"""Parts of every page: templates, numbers in cells, pictures inside the page."""

import base64
import importlib
from pathlib import Path
from typing import Any

import jinja2

from kerasae import files, wording
from kerasae.tables import Difference, Score


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
    environment.filters["cell"] = cell
    return environment.get_template(template).render(**values)


def _printable(value: Any) -> Any:
    """A value of a template, without anything that turns the direction of the text after it."""
    return wording.printable(value) if type(value) is str else value


def figure(folder: Path, package: str, name: str) -> dict[str, str]:
    """A picture inside the page; its caption is the first line of its plug-in's docstring.

    Args:
        folder: Folder of `<name>.png`.
        package: Package of the plug-in.
        name: Name of the plug-in.

    Raises:
        RunError: where the picture is no file.
    """
    path = folder / f"{name}.png"
    files.require_regular(path)
    picture = path.read_bytes()
    docstring = importlib.import_module(f"{package}.{name}").__doc__
    return {
        "name": name,
        "caption": docstring.strip().splitlines()[0],
        "source": f"data:image/png;base64,{base64.b64encode(picture).decode()}",
    }


def cell(value: Any) -> str:
    """A number with its significant digits; an empty cell for None."""
    if value is None:
        return ""
    if isinstance(value, Score):
        return f"{value:.4g}"
    if isinstance(value, float):
        return f"{value:+.4f}" if isinstance(value, Difference) else f"{value:.4f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
