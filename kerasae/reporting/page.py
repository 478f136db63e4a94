"""Writes a run's report: one HTML file that needs nothing else."""

from pathlib import Path
from typing import Any

from kerasae import run_dir as files
from kerasae.figures.drawing import PLOTS
from kerasae.reporting import html, numbers
from kerasae.reporting.story import Section, of_run
from kerasae.run_dir import RunDir


def write(run: RunDir) -> Path:
    """Writes `report/index.html` from the files of a finished run.

    Figures are taken from `figures/` as they are; what isn't there is left
    out, and a missing table says which command makes it. Everything that comes
    from data or files is escaped.

    Returns:
        The page's path.
    """
    config, environment = files.read_json(run.config), files.read_json(run.environment)
    story = of_run(config["settings"])
    page = html.render(
        "report.html.j2",
        story=story,
        run=run.path.resolve().name,
        dataset=config["dataset"],
        sections=[_section(run, section) for section in story.sections],
        flags=run.flags.read_text(encoding="utf-8"),
        environment=environment,
    )
    path = run.path / "report" / "index.html"
    files.write_text(path, page)
    return path


def _section(run: RunDir, section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "text": section.text,
        "tables": [numbers.table(run, name) for name in section.numbers],
        "figures": [
            html.figure(run.figures, PLOTS, name)
            for name in section.figures
            if (run.figures / f"{name}.png").exists()
        ],
    }
