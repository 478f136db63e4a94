"""Writes a run's report: one HTML file that needs nothing else."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerasae import files, registry, run_flags
from kerasae.data.spec import DatasetSpec
from kerasae.evaluation import measured
from kerasae.published.experiment import Section
from kerasae.reporting import html, numbers, story
from kerasae.reporting import summary as summaries
from kerasae.reporting.story import Story
from kerasae.run_dir import RunDir
from kerasae.runs import environment, record, settings
from kerasae.runs.environment import Environment
from kerasae.tables import Table

MORE = "More"


def write(run: RunDir) -> Path:
    """Writes `report/index.html` from the files of a finished run.

    Figures are taken from `figures/` as they are; what isn't there is left
    out, and a missing table says which command makes it. Measures and figures
    that no section names stand in a last one. Everything that comes from data
    or files is escaped.

    Returns:
        The page's path.
    """
    recorded = record.read(run)
    chosen = story.choose(recorded.settings)
    sections = [
        section(run, part, [numbers.table(run, name) for name in part.tables])
        for part in (*chosen.sections, *unnamed(run, chosen.sections))
    ]
    return render(
        run,
        chosen,
        recorded.dataset,
        summaries.of_run(run),
        sections,
        environment.read(run.environment),
        again=run_flags.flagfile(settings.of_record(run, recorded)),
    )


def unnamed(run: RunDir, sections: Iterable[Section]) -> list[Section]:
    """A last section of the measures and figures that a run has and no section names."""
    tables = {name for section in sections for name in section.tables}
    figures = {name for section in sections for name in section.figures}
    more = Section(
        MORE,
        tables=tuple(name for name in measured.names(run) if name not in tables),
        figures=tuple(
            name
            for name in registry.names(registry.PLOTS)
            if name not in figures and (run.figures / f"{name}.png").exists()
        ),
    )
    return [more] if more.tables or more.figures else []


def render(
    run: RunDir,
    story: Story,
    dataset: DatasetSpec,
    summary: list[str],
    sections: list[dict[str, Any]],
    made_with: Environment,
    again: str | None,
) -> Path:
    """Writes the page.

    Args:
        run: Directory that it describes.
        story: Title, source and choices.
        dataset: The dataset whose licence and citation are shown.
        summary: What came out, in a few sentences.
        sections: Sections, made by `section`.
        made_with: The environment that is shown.
        again: A flagfile that trains the run again; None where nothing was trained.

    Returns:
        The page's path.
    """
    page = html.render(
        "report.html.j2",
        story=story,
        run=run.path.resolve().name,
        dataset=dataset,
        summary=summary,
        sections=sections,
        flags=again,
        environment=made_with,
    )
    files.write_text(path_of(run), page)
    return path_of(run)


def path_of(run: RunDir) -> Path:
    """Where a directory's page lies."""
    return run.page


def section(run: RunDir, part: Section, tables: list[Table]) -> dict[str, Any]:
    """A section with its tables, and those of its figures that are drawn."""
    return {
        "title": part.title,
        "text": part.text,
        "tables": tables,
        "figures": [
            html.figure(run.figures, registry.PLOTS, name)
            for name in part.figures
            if (run.figures / f"{name}.png").exists()
        ],
    }
