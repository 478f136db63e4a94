"""Every number of a finished run by its owner, the run or a baseline, and by its column."""

import re

from kerasae import files
from kerasae.run_dir import RunDir

SUMMARY_MEASURES = ("noise", "attack", "clustering", "anomaly", "leave_one_class_out")
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
OWN = "run"
BASELINES = ("pixels", "mean image", "pca", "untrained")
# Measures put into a number's name whose it is: noise_threshold_occlusion_pca_linear,
# clustering_ari_code, anomaly_auroc_noise_mean_image.
PARTS = {"pixels": "pixels", "mean_image": "mean image", "pca": "pca",
         "autoencoder": OWN, "code": OWN}  # fmt: skip
PART = re.compile(rf"(?P<measure>.+)_(?P<part>{'|'.join(PARTS)})(?P<head>_\w+)?")


def values(run: RunDir) -> dict[str, dict[str, float]]:
    """Numbers by the heading of their column, by owner: `OWN` and each of `BASELINES`.

    Raises:
        RunError: where a file is missing, damaged or lacks what it should hold.
    """
    found = {owner: {} for owner in (OWN, *BASELINES)}
    metrics = files.read_record(run.metrics, MSE)
    found[OWN] |= {
        title: metrics[name] for name, title in METRICS.items() if metrics.get(name) is not None
    }
    for part in (_reconstruction(run), *_readouts(run), *_measures(run)):
        for owner, numbers in part.items():
            found[owner] |= numbers
    return found


def _readouts(run: RunDir):
    """Accuracies of heads on the code, and on what else they were fitted."""
    for path in sorted(run.readouts.glob("*/*.json")):
        if path.stem != "baselines":
            accuracy = files.read_record(path, "accuracy")["accuracy"]
            yield {OWN: {f"{path.stem} readout, {path.parent.name}": accuracy}}
            continue
        for baseline, by_head in files.read_record(path, "accuracy")["accuracy"].items():
            if baseline in BASELINES:
                dataset = path.parent.name
                yield {baseline: {f"{head} readout, {dataset}": by_head[head] for head in by_head}}


def _measures(run: RunDir):
    """The summaries of the measures, without what has no value."""
    for measure in SUMMARY_MEASURES:
        path = run.evaluation / f"{measure}.json"
        if path.exists():
            for name, value in files.read_record(path, "summary")["summary"].items():
                if value is not None:
                    owner, column = _placed(name)
                    yield {owner: {column: value}}


def _placed(name: str) -> tuple[str, str]:
    """Owner and column of a number of a summary."""
    match = PART.fullmatch(name)
    column = match["measure"] + (match["head"] or "") if match else name
    return PARTS[match["part"]] if match else OWN, column.replace("_", " ")


def _reconstruction(run: RunDir) -> dict[str, dict[str, float]]:
    """What baselines reconstruct, where it was measured on all test images as the run's was."""
    path = run.evaluation / "reconstruction.json"
    if not path.exists():
        return {}
    measured = files.read_record(path, "settings.test images")["settings"]["test images"]
    if measured != f"{files.read_record(run.config, 'test_images')['test_images']:,}":
        return {}
    return {
        row["model"]: {
            METRICS[f"test_{name}"]: float(value)
            for name, value in row.items()
            if f"test_{name}" in METRICS
        }
        for row in files.read_csv(run.evaluation / "reconstruction-models.csv")
        if row["model"] in BASELINES
    }
