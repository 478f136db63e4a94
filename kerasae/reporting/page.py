"""Writes a run's report: one HTML file that needs nothing else."""

import base64
import importlib
from pathlib import Path
from typing import Any

import jinja2

from kerasae import run_dir as files
from kerasae.figures.drawing import PLOTS
from kerasae.reporting import numbers
from kerasae.reporting.story import Section, Story, of_run
from kerasae.run_dir import RunDir


def write(run: RunDir) -> Path:
    """Writes `report/index.html` from the files of a finished run.

    Figures are taken from `figures/` as they are; what isn't there is left
    out, and a missing table says which command makes it. Everything that comes
    from data or files is escaped.

    Returns:
        The page's path.
    """
    config = files.read_json(run.config)
    story = of_run(config["settings"])
    sections = [
        section(run, told, [numbers.table(run, name) for name in told.numbers])
        for told in story.sections
    ]
    return render(
        run,
        story,
        config["dataset"],
        sections,
        files.read_json(run.environment),
        again=run.flags.read_text(encoding="utf-8"),
    )


def render(
    run: RunDir,
    story: Story,
    dataset: dict[str, Any],
    sections: list[dict[str, Any]],
    environment: dict[str, Any],
    again: str | None,
) -> Path:
    """Writes the page.

    Args:
        run: The directory that it is of.
        story: Its title, source and choices.
        dataset: `name`, `licence` and `citation`.
        sections: As `section` gives them.
        environment: As `environment.json` has it.
        again: A flagfile that trains the run again; None where nothing was trained.

    Returns:
        The page's path.
    """
    environment_of_page = jinja2.Environment(
        loader=jinja2.PackageLoader("kerasae.reporting"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment_of_page.filters["cell"] = cell
    page = environment_of_page.get_template("report.html.j2").render(
        story=story,
        run=run.path.resolve().name,
        dataset=dataset,
        sections=sections,
        flags=again,
        environment=environment,
    )
    path = run.path / "report" / "index.html"
    files.write_text(path, page)
    return path


def section(run: RunDir, told: Section, tables: list[numbers.Table]) -> dict[str, Any]:
    """A section with its tables, and those of its figures that are drawn."""
    return {
        "title": told.title,
        "text": told.text,
        "tables": tables,
        "figures": [
            _figure(run, name) for name in told.figures if (run.figures / f"{name}.png").exists()
        ],
    }


def _figure(run: RunDir, name: str) -> dict[str, str]:
    """A picture inside the page; its caption is the first line of its plug-in's docstring."""
    picture = (run.figures / f"{name}.png").read_bytes()
    docstring = importlib.import_module(f"{PLOTS}.{name}").__doc__
    return {
        "name": name,
        "caption": docstring.strip().splitlines()[0],
        "source": f"data:image/png;base64,{base64.b64encode(picture).decode()}",
    }


def cell(value: Any) -> str:
    """A number with the digits that it deserves; an empty cell for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:+.4f}" if isinstance(value, numbers.Difference) else f"{value:.4f}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)
