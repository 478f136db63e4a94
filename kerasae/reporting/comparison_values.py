"""Every number of a finished run by its owner, the run or a baseline, and by its column."""

from collections.abc import Iterable, Mapping

from kerasae import names
from kerasae.data.dataset_name import DatasetName
from kerasae.evaluation import measured
from kerasae.evaluation.measured import BASELINES, OWN
from kerasae.readouts import listing, titles
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record

MSE = names.TEST_MSE_PER_PIXEL
METRICS = {
    name: names.title(name)
    for name in (
        MSE, "test_psnr_db", "test_ssim", "parameters", "multiply_adds", "code_size",
        "train_seconds",
    )
}  # fmt: skip


def values(run: RunDir, datasets: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Numbers by the heading of their column, by owner: `OWN`, and each baseline.

    Args:
        run: A finished run.
        datasets: What each dataset of its readouts is called, by content, see `read_out_on`.

    Raises:
        RunError: where a file is missing, damaged or lacks what it should hold.
    """
    found = {owner: {} for owner in (OWN, *BASELINES)}
    reached = metrics.read(run)
    found[OWN] |= {title: getattr(reached, name) for name, title in METRICS.items()}
    for part in (*_readouts(run, datasets), *_measures(run)):
        for owner, numbers in part.items():
            found.setdefault(owner, {}).update(numbers)
    return found


def read_out_on(runs: Iterable[RunDir]) -> dict[str, str]:
    """What each dataset that some run was read out on is called, by its content."""
    rows = (row for run in runs for row in listing.read(run))
    known = {row.content: DatasetName.parse(row.result.origin.images.dataset) for row in rows}
    return titles.dataset_titles({content: name.path_part for content, name in known.items()})


def _readouts(run: RunDir, datasets: Mapping[str, str]):
    """Accuracies of heads on the code, and on what else they were fitted."""
    for row in listing.read(run):
        column = f"{row.head}, {datasets[row.content]}, {row.labels:,} labels"
        yield {row.baseline or OWN: {column: row.result.accuracy}}


def _measures(run: RunDir):
    """Every number that a measure has for the comparison, without what has no value.

    A number for a column of `metrics.json` counts only where the measure looked at all test
    images, as the run did.
    """
    whole = f"{record.read(run).test_images:,}"
    for measure in measured.names(run):
        found = measured.read(run, measure)
        of_all = found.settings.get("test images") == whole
        for owner, numbers in found.comparison.items():
            yield {
                owner: {
                    METRICS.get(column, column): value
                    for column, value in numbers.items()
                    if value is not None and (of_all or column not in METRICS)
                }
            }
