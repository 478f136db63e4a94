"""A finished run, opened to be read: its settings, its autoencoder, its kind of data."""

import dataclasses
from pathlib import Path

from kerasae import files
from kerasae.config import AppliedDataConfig, ConfigError, DataConfig, RunConfig
from kerasae.data import pipeline
from kerasae.data.dataset_name import DatasetName, same_dataset
from kerasae.data.spec import DatasetSpec
from kerasae.models.autoencoder import Autoencoder, in_float32, load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.runs.guard import require_finished


@dataclasses.dataclass(frozen=True)
class OpenRun:
    """What a finished run directory holds.

    Attributes:
        run: The directory.
        config: The settings that it was trained with.
        autoencoder: The model that its metrics speak of.
    """

    run: RunDir
    config: RunConfig
    autoencoder: Autoencoder


def open_run(run: RunDir) -> OpenRun:
    """Loads a finished run's model.

    Raises:
        ConfigError: where the run is not finished.
        RunError: where the model, the settings or the metrics are damaged.
    """
    require_finished(run)
    evaluated = files.read_record(run.metrics, "evaluated")["evaluated"]
    config = settings.read(run)
    return OpenRun(run, config, load_trained(run.path / evaluated, config))


def load_trained(path: Path, config: RunConfig) -> Autoencoder:
    """Loads a checkpoint of a run for measuring and shipping: computing in float32.

    Raises:
        RunError: where it is damaged.
    """
    autoencoder = load_autoencoder(path)
    if config.training.mixed_precision:
        return in_float32(autoencoder, config.model, config.model_config)
    return autoencoder


def applied_data(own: DataConfig, applied: AppliedDataConfig) -> DataConfig:
    """The data that an encoder is applied to, in full.

    Args:
        own: The data that it was trained on. Where that dataset is meant, its
            choices count; of another one only where its files lie and how
            they are read.
        applied: What is asked for; counts wherever it says something.
    """
    name = applied.dataset and DatasetName.parse(applied.dataset)
    if not name or name.is_same(DatasetName.parse(own.dataset)):
        dataset = applied.dataset if name and name.version else own.dataset
        own = dataclasses.replace(own, dataset=dataset, validation_fraction=0.0)
        return applied.override(own)
    return applied.override(
        DataConfig(
            dataset=applied.dataset,
            data_dir=own.data_dir,
            download=own.download,
            memory_budget_mb=own.memory_budget_mb,
        )
    )


def load_data(opened: OpenRun, applied: AppliedDataConfig) -> tuple[pipeline.Data, DataConfig]:
    """Images for a trained encoder: the run's own, or another dataset's brought to its size.

    Returns:
        The data, and the settings that it was loaded with.

    Raises:
        ConfigError: for images of another size, unless `applied.resize`, or
            another number of channels.
    """
    height, width, channels = opened.autoencoder.image_shape
    config = applied_data(opened.config.data, applied)
    source = pipeline.open_source(config)
    require_channels(source.spec, config.dataset, channels)
    own = same_dataset(config.dataset, opened.config.data.dataset)
    if not own and not applied.resize:
        require_size(source.spec, config.dataset, (height, width))
    config = dataclasses.replace(config, image_size=(height, width))
    return pipeline.load(source, config, opened.config.training.seed), config


def require_channels(spec: DatasetSpec, dataset: str, channels: int) -> None:
    """Raises ConfigError for images of other channels than the encoder takes."""
    if spec.image_shape[-1] != channels:
        raise ConfigError(
            f"The encoder takes images of {channels} channel(s); those of "
            f"--dataset={dataset} have {spec.image_shape[-1]}."
        )


def require_size(spec: DatasetSpec, dataset: str, size: tuple[int, int]) -> None:
    """Raises ConfigError for images of another size than the encoder takes."""
    native = pipeline.native_size(spec)
    if native != size:
        received = "several sizes" if native is None else f"{native[0]}x{native[1]}"
        raise ConfigError(
            f"The encoder takes images of {size[0]}x{size[1]}; those of --dataset={dataset} "
            f"have {received}. --resize brings them to the encoder's size."
        )
