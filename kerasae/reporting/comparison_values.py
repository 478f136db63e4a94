"""Every number of a finished run by its owner, the run or a baseline, and by its column."""

from kerasae import files
from kerasae.evaluation import measured
from kerasae.evaluation.measured import BASELINES, OWN
from kerasae.run_dir import RunDir

MSE = "test_mse_per_pixel"
METRICS = {
    MSE: "test MSE per pixel",
    "test_psnr_db": "PSNR, dB",
    "test_ssim": "SSIM",
    "parameters": "parameters",
    "multiply_adds": "multiply-adds",
    "code_size": "code",
    "train_seconds": "training, s",
}


def values(run: RunDir) -> dict[str, dict[str, float]]:
    """Numbers by the heading of their column, by owner: `OWN`, and each baseline.

    Raises:
        RunError: where a file is missing, damaged or lacks what it should hold.
    """
    found = {owner: {} for owner in (OWN, *BASELINES)}
    metrics = files.read_record(run.metrics, MSE)
    found[OWN] |= {
        title: metrics[name] for name, title in METRICS.items() if metrics.get(name) is not None
    }
    for part in (*_readouts(run), *_measures(run)):
        for owner, numbers in part.items():
            found.setdefault(owner, {}).update(numbers)
    return found


def _readouts(run: RunDir):
    """Accuracies of heads on the code, and on what else they were fitted."""
    for path in sorted(run.readouts.glob("*/*.json")):
        if path.stem != "baselines":
            accuracy = files.read_record(path, "accuracy")["accuracy"]
            yield {OWN: {f"{path.stem} readout, {path.parent.name}": accuracy}}
            continue
        for baseline, by_head in files.read_record(path, "accuracy")["accuracy"].items():
            dataset = path.parent.name
            yield {baseline: {f"{head} readout, {dataset}": by_head[head] for head in by_head}}


def _measures(run: RunDir):
    """Every number that a measure has for the comparison, without what has no value.

    A number for a column of `metrics.json` counts only where the measure looked at all test
    images, as the run did.
    """
    whole = f"{files.read_record(run.config, 'test_images')['test_images']:,}"
    for measure in measured.names(run):
        record = measured.read(run, measure)
        of_all = record["settings"].get("test images") == whole
        for owner, numbers in record["comparison"].items():
            yield {
                owner: {
                    METRICS.get(column, column): value
                    for column, value in numbers.items()
                    if value is not None and (of_all or column not in METRICS)
                }
            }
