"""The page of an exported encoder that was tried on other datasets."""

import dataclasses
from pathlib import Path

from kerasae.data.spec import DatasetSpec
from kerasae.published.experiment import Section
from kerasae.readouts import listing
from kerasae.reporting import page, summary
from kerasae.reporting.story import Story
from kerasae.run_dir import RunDir
from kerasae.runs.environment import Environment
from kerasae.tables import Table

ENCODER = Section("1. The encoder")
RESULTS = Section("2. What the code knows", figures=("confusion", "label_efficiency"))


@dataclasses.dataclass(frozen=True)
class Facts:
    """Facts that a page shows beside the results.

    Attributes:
        encoder: Path of the exported file.
        function: Its signature, or the file's name.
        trained_on: Name of a dataset; None where it isn't known.
        code_size: Numbers in a code.
        dataset: The last dataset tried.
        environment: Of the last try.
    """

    encoder: str
    function: str
    trained_on: str | None
    code_size: int
    dataset: DatasetSpec
    environment: Environment


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
    story = Story("A frozen encoder on other datasets", "", (ENCODER, RESULTS), ())
    parts = ((ENCODER, [encoder]), (RESULTS, [results(run)]))
    sections = [page.section(run, part, tables) for part, tables in parts]
    sections += [page.section(run, part, []) for part in page.unnamed(run, story.sections)]
    return page.render(
        run, story, facts.dataset, summary.of_readouts(listing.read(run)), sections,
        facts.environment, again=None,
    )  # fmt: skip


def results(run: RunDir) -> Table:
    """Accuracies on every dataset that was tried, each under the name that its results record."""
    rows = tuple(
        (row.dataset, row.readout, row.labels, row.result.accuracy) for row in listing.read(run)
    )
    columns = ("dataset", "readout", listing.LABELS, "accuracy")
    return Table("Accuracy on the test images", columns, rows)
