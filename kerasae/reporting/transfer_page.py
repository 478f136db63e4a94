"""The page of an exported encoder that was tried on other datasets."""

import dataclasses
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.reporting import page
from kerasae.reporting.numbers import baselines
from kerasae.reporting.story import Section, Story
from kerasae.run_dir import RunDir
from kerasae.tables import Table

FIGURES = ("confusion", "label_efficiency")


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a page tells beside the results.

    Attributes:
        encoder: Path of the exported file.
        function: The signature, or the file's name.
        trained_on: Name of a dataset; None where it isn't known.
        code_size: Numbers in a code.
        dataset: The last dataset tried, as its spec.
        environment: As `environment.describe` tells it.
    """

    encoder: str
    function: str
    trained_on: str | None
    code_size: int
    dataset: dict[str, Any]
    environment: dict[str, Any]


def write(run: RunDir, facts: Facts) -> Path:
    """Writes `report/index.html` of all results in the directory."""
    encoder = Table(
        "The encoder",
        ("", ""),
        (
            ("file", facts.encoder),
            ("function", facts.function),
            ("trained on", facts.trained_on or "not known"),
            ("code", facts.code_size),
        ),
    )
    sections = (
        (Section("1. The encoder", "", (), ()), [encoder]),
        (Section("2. What the code knows", "", (), FIGURES), [_results(run)]),
    )
    story = Story("transfer", "A frozen encoder on other datasets", "", (), ())
    return page.render(
        run,
        story,
        facts.dataset,
        [page.section(run, section, tables) for section, tables in sections],
        facts.environment,
        again=None,
    )


def _results(run: RunDir) -> Table:
    rows = []
    for folder in sorted(path for path in run.readouts.iterdir() if path.is_dir()):
        for path in sorted(folder.glob("*.json")):
            if path.stem != "baselines":
                result = files.read_json(path)
                rows.append((result["dataset"], f"{path.stem} readout", result["accuracy"]))
        rows += [
            (folder.name, f"{baseline}, {head} readout", accuracy)
            for baseline, head, accuracy in baselines(run, folder.name)
        ]
    return Table("Accuracy on the test images", ("dataset", "readout", "accuracy"), tuple(rows))
