"""Facts about a run for a version's manifest, without any path of this machine."""

import datetime
import logging
import platform
from typing import Any

import kerasae
from kerasae import files
from kerasae.data.pipeline import Data
from kerasae.evaluation import pca
from kerasae.evaluation.measures import reconstruction
from kerasae.exporting.exported import Exported
from kerasae.run_dir import RunDir
from kerasae.runs import environment
from kerasae.runs.checks import PLACES
from kerasae.runs.open_run import OpenRun

logger = logging.getLogger(__name__)

DATA_FACTS = ("dataset", "classes", "train_images", "validation_images", "test_images")
# Packages that write the files, and that run them when they are tried.
WRITERS = ("tensorflow", "keras", "ai-edge-litert", "numpy")
ENVIRONMENT_FACTS = ("kerasae", "commit", "python", "packages", "platform")


def describe_run(opened: OpenRun, data: Data, exported: Exported) -> dict[str, Any]:
    """Settings, data, metrics and readouts of a run, with baselines, ready for JSON.

    Args:
        opened: The run.
        data: Its own dataset.
        exported: The parts of it that are exported.
    """
    run = opened.run
    config, trained = files.read_json(run.config), files.read_json(run.environment)
    height, width, channels = opened.autoencoder.image_shape
    code_size = opened.autoencoder.code_size
    return {
        "kerasae": kerasae.__version__,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "settings": without_places(config["settings"]),
        "data": {name: config[name] for name in DATA_FACTS},
        "trained_with": {name: trained.get(name) for name in ENVIRONMENT_FACTS},
        "exported_with": {
            "python": platform.python_version(),
            "packages": environment.versions(WRITERS),
            "platform": platform.platform(),
        },
        "image": {
            "height": height,
            "width": width,
            "channels": channels,
            "ranges": {"uint8": [0, 255], "float32": [0, 1]},
        },
        "code": {"size": code_size, "dtype": "float32"},
        "metrics": files.read_json(run.metrics),
        "baselines": _baselines(data, code_size),
        "readouts": _accuracies(run),
        "heads": {
            name: {"name": name, "labels": head.labels, "classes": head.classes}
            for name, head in exported.heads.items()
        },
    }


def without_places(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings without the folders of this machine."""
    data = {name: value for name, value in settings["data"].items() if name not in PLACES}
    return {**settings, "data": data}


def _baselines(data: Data, code_size: int) -> dict[str, dict[str, float]]:
    """Errors that the reconstruction has to beat, on the same test images."""
    logger.info("measuring principal components, for comparison")
    components = pca.fit(data.train, code_size)
    title = f"{components.code_size} principal components"
    return {title: reconstruction.quality(components, data.test)}


def _accuracies(run: RunDir) -> list[dict[str, Any]]:
    """Accuracy of every readout of the code that the run holds, then of baselines."""
    rows, beside = [], []
    for path in sorted(run.readouts.glob("*/*.json")):
        result, dataset = files.read_json(path), path.parent.name
        if path.stem != "baselines":
            rows.append({"title": path.stem, "dataset": dataset, "accuracy": result["accuracy"]})
            continue
        for name, by_head in result["accuracy"].items():
            beside += [
                {"title": f"{head}, of {name}", "dataset": dataset, "accuracy": accuracy}
                for head, accuracy in by_head.items()
            ]
    return rows + beside
