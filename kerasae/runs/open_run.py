"""A finished run, opened to be read: its settings and its autoencoder."""

import dataclasses
from pathlib import Path

from kerasae import objectives
from kerasae.models.autoencoder import Autoencoder, in_float32, load_autoencoder
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record, settings
from kerasae.runs.guard import require_finished
from kerasae.runs.record import RunRecord


@dataclasses.dataclass(frozen=True)
class OpenRun:
    """What a finished run directory holds.

    Attributes:
        run: The directory.
        record: What the run is.
        config: The settings that it was trained with.
        autoencoder: The model that its metrics speak of.
    """

    run: RunDir
    record: RunRecord
    config: RunConfig
    autoencoder: Autoencoder


def open_run(run: RunDir) -> OpenRun:
    """Loads a finished run's model.

    Raises:
        ConfigError: where the run is not finished.
        RunError: where the model, the settings or the metrics are damaged.
    """
    require_finished(run)
    evaluated = metrics.read(run).evaluated
    recorded = record.read(run)
    config = settings.of_record(run, recorded)
    return OpenRun(run, recorded, config, load_trained(run.path / evaluated, config))


def load_trained(path: Path, config: RunConfig) -> Autoencoder:
    """Loads a checkpoint of a run for measuring and shipping: computing in float32.

    Raises:
        RunError: where it is damaged.
    """
    autoencoder = load_autoencoder(path)
    if config.training.mixed_precision:
        bottleneck = objectives.bottleneck(config)
        return in_float32(autoencoder, config.model, config.model_config, bottleneck)
    return autoencoder
