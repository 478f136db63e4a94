"""Facts about a run for a version's manifest, without any path of this machine."""

import datetime
import logging
import platform
from typing import Any

import kerasae
from kerasae import records, registry
from kerasae.data.dataset_name import without_place
from kerasae.data.pipeline import Data
from kerasae.evaluation import pca
from kerasae.evaluation.measures import reconstruction
from kerasae.exporting.exported import Exported
from kerasae.readouts import listing, titles
from kerasae.run_dir import RunDir
from kerasae.runs import environment, metrics
from kerasae.runs.open_run import OpenRun
from kerasae.runs.settings import without_places

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
    recorded, trained = opened.record, environment.read(run.environment)
    height, width, channels = opened.autoencoder.image_shape
    code_size = opened.autoencoder.code_size
    return {
        "kerasae": kerasae.__version__,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "settings": _published_settings(recorded.settings),
        "data": {
            **{name: records.to_json(getattr(recorded, name)) for name in DATA_FACTS},
            "dataset": {
                **records.to_json(recorded.dataset),
                "name": without_place(recorded.dataset.name),
            },
        },
        "trained_with": {name: getattr(trained, name) for name in ENVIRONMENT_FACTS},
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
        "metrics": records.to_json(metrics.read(run)),
        "baselines": _baselines(data, code_size),
        "readouts": _accuracies(run),
        "heads": {
            name: {
                "name": name,
                "labels": head.labels,
                "classes": head.classes,
                "scores": registry.constant(registry.HEADS, name, "SCORES"),
            }
            for name, head in exported.heads.items()
        },
    }


def _published_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """A run's settings, without the places of its data on this machine."""
    kept = without_places(settings)
    return {**kept, "data": {**kept["data"], "dataset": without_place(kept["data"]["dataset"])}}


def _baselines(data: Data, code_size: int) -> dict[str, dict[str, float]]:
    """Errors that the reconstruction has to beat, on the same test images."""
    logger.info("measuring principal components, for comparison")
    components = pca.fit(data.train, code_size)
    title = f"{components.code_size} principal components"
    return {title: reconstruction.quality(components, data.test)}


def _accuracies(run: RunDir) -> list[dict[str, Any]]:
    """Accuracy of every readout of the code that the run holds, then of baselines.

    Each with the number of labels that it learnt from.
    """
    rows = listing.read(run)
    datasets = titles.dataset_titles(
        {row.content: without_place(row.result.origin.images.dataset) for row in rows}
    )
    return [
        {
            "title": row.readout,
            "dataset": datasets[row.content],
            "labels": row.labels,
            "accuracy": row.result.accuracy,
        }
        for row in rows
    ]
