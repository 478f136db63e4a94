"""Writes a run's report: one HTML file that needs nothing else."""

from pathlib import Path
from typing import Any

from kerasae import files, registry
from kerasae.reporting import html, numbers
from kerasae.reporting.story import Section, Story, of_run
from kerasae.run_dir import RunDir
from kerasae.tables import Table


def write(run: RunDir) -> Path:
    """Writes `report/index.html` from the files of a finished run.

    Figures are taken from `figures/` as they are; what isn't there is left
    out, and a missing table says which command makes it. Everything that comes
    from data or files is escaped.

    Returns:
        The page's path.
    """
    config = files.read_record(run.config, "settings.model", "settings.model_config", "dataset")
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
    page = html.render(
        "report.html.j2",
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


def section(run: RunDir, told: Section, tables: list[Table]) -> dict[str, Any]:
    """A section with its tables, and those of its figures that are drawn."""
    return {
        "title": told.title,
        "text": told.text,
        "tables": tables,
        "figures": [
            html.figure(run.figures, registry.PLOTS, name)
            for name in told.figures
            if (run.figures / f"{name}.png").exists()
        ],
    }
