"""What is in a dataset, as text and as files."""

import dataclasses
import logging
from pathlib import Path

from kerasae import afterwards, files, records
from kerasae.config import require
from kerasae.data import look, pipeline
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import FALLBACK, DatasetName
from kerasae.data.samples_by_class import SamplesByClass
from kerasae.data.sources import tfds
from kerasae.data.spec import UNLABELLED, Source
from kerasae.data.summary import DatasetSummary, SummaryConfig
from kerasae.figures import contact_sheet, drawing
from kerasae.reporting import dataset_page

logger = logging.getLogger(__name__)
RECORD, PAGE, PICTURE = "dataset.json", "dataset.md", "contact_sheet.png"


def summarise(config: DataConfig, asked: SummaryConfig, out: Path | None) -> DatasetSummary:
    """Looks at every image of a dataset, after preparing it where that is asked for.

    Args:
        config: The data flags.
        asked: The others.
        out: Folder for `dataset.json`, `dataset.md` and `contact_sheet.png`, each written
            whole or not at all; None writes nothing.

    Returns:
        What is in the dataset.

    Raises:
        ConfigError: where there is no such dataset, or nothing is left of a split.
        RunError: where its files are damaged or not all there.
    """
    if asked.prepare_from:
        prepare(config, Path(asked.prepare_from))
    # What a training would stop at is what one looks for here.
    source = pipeline.open_source(dataclasses.replace(config, skip_broken=True))
    summary, samples = look.look(source, config, asked.seed)
    if out is not None:
        records.write(out / RECORD, summary)
        with afterwards.attempt(f"The page {out / PAGE}"):
            files.write_text(out / PAGE, dataset_page.markdown(summary, PICTURE))
        with afterwards.attempt(f"The picture {out / PICTURE}"):
            _draw(out / PICTURE, summary, samples, source)
    return summary


def prepare(config: DataConfig, place: Path) -> None:
    """Prepares a dataset of TFDS from IDX files, see `kerasae.data.tfds_idx`.

    Raises:
        ConfigError: for a dataset that wasn't published so, that is prepared already, or of
            which a file is missing.
        RunError: where a file is damaged, or TFDS failed.
    """
    name = DatasetName.parse(config.dataset)
    require(
        name.kind == FALLBACK,
        f"--prepare_from makes datasets of the kind {FALLBACK}.",
        dataset=config.dataset,
    )
    logger.info("preparing %s from the IDX files in %s", name, place)
    tfds.prepare_from_idx(name, config, place)


def _draw(path: Path, summary: DatasetSummary, samples: SamplesByClass, source: Source) -> None:
    names = source.spec.classes or ()
    rows = [
        (names[label] if label != UNLABELLED else "no label" if names else "", images)
        for label, images in samples.images.items()
        if images
    ]
    left = len(summary.classes or ()) - sum(label != UNLABELLED for label in samples.images)
    note = "The first images of each class" if names else "The first images"
    note += f"; {left:,} more classes are left out." if left > 0 else "."
    drawing.save(path, lambda: contact_sheet.draw(rows, summary.dataset, note))
