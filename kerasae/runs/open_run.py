"""A finished run, opened to be read: its settings, its autoencoder, its kind of data."""

import dataclasses
from pathlib import Path

from kerasae import files
from kerasae.config import ConfigError, DataConfig, RunConfig, RunError
from kerasae.data import pipeline
from kerasae.data.dataset_name import DatasetName, same_dataset
from kerasae.data.spec import DatasetSpec
from kerasae.models.autoencoder import Autoencoder, in_float32, load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.runs.checks import check_finished, config_of


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
        RunError: where the model or the metrics are damaged.
    """
    check_finished(run)
    metrics = files.read_json(run.metrics)
    if not isinstance(metrics, dict) or "evaluated" not in metrics:
        raise RunError(f"{run.metrics} is damaged: it doesn't say which model it speaks of.")
    config = config_of(run)
    return OpenRun(run, config, load_trained(run.path / metrics["evaluated"], config))


def load_trained(path: Path, config: RunConfig) -> Autoencoder:
    """A checkpoint of a run as it is measured and shipped: computing in float32.

    Raises:
        RunError: where it is damaged.
    """
    autoencoder = load_autoencoder(path)
    if config.training.mixed_precision:
        return in_float32(autoencoder, config.model, config.model_config)
    return autoencoder


def with_own_choices(own: DataConfig, wanted: DataConfig) -> DataConfig:
    """The data to apply an encoder to: of its own dataset, what it was trained on.

    Args:
        own: What it was trained on.
        wanted: What is asked for; counts where it says something.
    """
    name = DatasetName.parse(wanted.dataset)
    if not name.is_same(DatasetName.parse(own.dataset)):
        return wanted
    return dataclasses.replace(
        own,
        dataset=wanted.dataset if name.version else own.dataset,
        data_dir=wanted.data_dir or own.data_dir,
        download=wanted.download,
        classes=wanted.classes or own.classes,
        max_examples=wanted.max_examples or own.max_examples,
        validation_fraction=0.0,
        memory_budget_mb=wanted.memory_budget_mb,
    )


def load_data(
    opened: OpenRun, wanted: DataConfig, resize: bool
) -> tuple[pipeline.Data, DataConfig]:
    """Images for a trained encoder: the run's own, or another dataset's brought to its size.

    Args:
        opened: The run.
        wanted: The data to use; for the dataset of the run, the run's own
            choices are kept where `wanted` says nothing else.
        resize: Whether images of another size may be resized.

    Returns:
        The data, and the settings it was loaded with.

    Raises:
        ConfigError: for images of another size or channel count.
    """
    height, width, channels = opened.autoencoder.image_shape
    same = same_dataset(wanted.dataset, opened.config.data.dataset)
    wanted = with_own_choices(opened.config.data, wanted)
    source = pipeline.open_source(wanted)
    require_channels(source.spec, wanted.dataset, channels)
    if not same and not resize:
        require_size(source.spec, wanted.dataset, (height, width))
    wanted = dataclasses.replace(wanted, image_size=(height, width))
    return pipeline.load(source, wanted, opened.config.training.seed), wanted


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
