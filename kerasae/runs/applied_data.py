"""Images that a trained encoder is applied to: the run's own, known by their content, or others."""

import dataclasses

from kerasae.config import ConfigError
from kerasae.data import pipeline
from kerasae.data.applied_config import AppliedDataConfig, DataPlaceConfig
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName, without_path
from kerasae.data.spec import DatasetSpec, Source
from kerasae.data.split import Split
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings
from kerasae.runs.open_run import OpenRun
from kerasae.runs.record import ELSEWHERE, RunRecord, require_same_images


def own_data(own: DataConfig, applied: AppliedDataConfig) -> DataConfig:
    """The settings of the dataset that the encoder was trained on, read without its split.

    Args:
        own: As it was trained; its choices count.
        applied: What is asked for; counts wherever it says something.
    """
    name = applied.dataset and DatasetName.parse(applied.dataset)
    typed = name and (name.version or not name.is_same(DatasetName.parse(own.dataset)))
    dataset = applied.dataset if typed else own.dataset
    return applied.override(dataclasses.replace(own, dataset=dataset, validation_fraction=0.0))


def other_data(own: DataConfig, applied: AppliedDataConfig) -> DataConfig:
    """The settings of another dataset, which lies and is read as the run's own.

    Its pictures are brought to the encoder's size and channels as the run's own are.

    Args:
        own: As the encoder was trained.
        applied: What is asked for; counts wherever it says something.
    """
    return applied.override(
        DataConfig(
            dataset=applied.dataset or own.dataset,
            data_dir=own.data_dir,
            download=own.download,
            fit=own.fit,
            channels=own.channels,
            background=own.background,
            skip_broken=own.skip_broken,
            memory_budget_mb=own.memory_budget_mb,
            disk_budget_mb=own.disk_budget_mb,
        )
    )


def open_applied(run: RunDir, applied: AppliedDataConfig) -> tuple[Source, DataConfig]:
    """Opens a dataset for a run's encoder, and completes its settings; decodes nothing.

    It is the run's own where its content is. One of the run's own name with
    other content is another dataset where the flags name its folder, its
    version or its features.

    Args:
        run: A finished run.
        applied: What is asked for.

    Raises:
        ConfigError: where it isn't there, or holds other images than in
            training and nothing was said of where it lies.
        RunError: where the run's record is damaged.
    """
    recorded = record.read(run)
    own = settings.of_record(run, recorded).data
    name = applied.dataset and DatasetName.parse(applied.dataset)
    same_name = not name or name.is_same(DatasetName.parse(own.dataset))
    taken = own_data(own, applied) if same_name else other_data(own, applied)
    source = pipeline.open_source(taken)
    if source.spec.content == recorded.dataset.content:
        config = own_data(own, applied)
    else:
        meant = applied.data_dir or applied.image or applied.label or (name and name.version)
        if same_name and not meant:
            advice = f"{ELSEWHERE} Given by it, these are read out as another dataset."
            require_same_images(run, recorded, source.spec, advice)
        config = dataclasses.replace(
            other_data(own, applied), dataset=taken.dataset, image=taken.image, label=taken.label
        )
    return source, dataclasses.replace(config, image_size=recorded.image_shape[:2])


def open_data(opened: OpenRun, applied: AppliedDataConfig) -> tuple[Source, DataConfig]:
    """A dataset for a trained encoder: the run's own, or another one brought to its size.

    Returns:
        The dataset, and the settings to load it with.

    Raises:
        ConfigError: for images of another size, unless `applied.resize`, or
            another number of channels; see also `open_applied`.
    """
    source, config = open_applied(opened.run, applied)
    height, width, channels = opened.autoencoder.image_shape
    require_channels(source.spec, config, channels)
    if not is_own(opened.record, source.spec) and not applied.resize:
        require_size(source.spec, config.dataset, (height, width))
    return source, config


def load_data(opened: OpenRun, applied: AppliedDataConfig) -> tuple[pipeline.Data, DataConfig]:
    """The images of `open_data`, and the settings that they were loaded with."""
    source, config = open_data(opened, applied)
    return pipeline.load(source, config, opened.config.training.seed), config


def load_test(opened: OpenRun, applied: AppliedDataConfig) -> tuple[DatasetSpec, Split]:
    """Facts about a dataset and its test images alone; args and errors as of `load_data`."""
    source, config = open_data(opened, applied)
    return source.spec, pipeline.load_test(source, config)


def load_own_data(opened: OpenRun, place: DataPlaceConfig) -> tuple[pipeline.Data, DataConfig]:
    """The images that a run was trained on.

    Args:
        opened: The run.
        place: Where they lie now.

    Raises:
        ConfigError: where there are other images, whatever they are called.
    """
    config = own_data(opened.config.data, place.applied())
    try:
        source = pipeline.open_source(config)
    except ConfigError as error:
        if without_path(config.dataset) == config.dataset:
            raise
        raise ConfigError(f"{error} {ELSEWHERE}") from None
    require_same_images(opened.run, opened.record, source.spec, ELSEWHERE)
    config = dataclasses.replace(config, image_size=opened.autoencoder.image_shape[:2])
    return pipeline.load(source, config, opened.config.training.seed), config


def is_own(recorded: RunRecord, found: DatasetSpec) -> bool:
    """Returns whether a dataset holds the images that a run is of."""
    return found.content == recorded.dataset.content


def require_channels(spec: DatasetSpec, config: DataConfig, channels: int) -> None:
    """Raises ConfigError for images of other channels than the encoder takes."""
    found = pipeline.channels(spec, config)
    if found != channels:
        known = {number: name for name, number in pipeline.CHANNELS.items()}
        advice = f" --channels={known[channels]} turns them." if channels in known else ""
        raise ConfigError(
            f"The encoder takes images of {channels} channel(s); those of "
            f"--dataset={config.dataset} have {found}.{advice}"
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
