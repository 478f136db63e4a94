"""One file a kind of dataset, see `kerasae.data.spec.SourcePlugin`."""

from kerasae import registry, wording
from kerasae.config import require
from kerasae.data import dataset_name
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import FALLBACK, DatasetName
from kerasae.data.spec import PluginOfFiles, Source


def open_source(config: DataConfig) -> Source:
    """Opens a dataset.

    Args:
        config: Its name, see `DatasetName`, where it lies and which features are meant.

    Raises:
        ConfigError: where there is no such dataset, or it can't be had here.
        RunError: where its files are damaged.
    """
    name = DatasetName.parse(config.dataset)
    plugin = registry.load(registry.SOURCES, name.kind, "--dataset")
    require(
        plugin.FEATURES or (config.image, config.label) == (None, None),
        f"--image and --label choose features of a dataset; those of the kind {name.kind} have "
        "one image and at most one label.",
        image=config.image,
        label=config.label,
    )
    return plugin.open_source(name, config)


def check(config: DataConfig) -> tuple[int, int] | None:
    """Refuses a dataset that can be seen not to be one without TensorFlow.

    Returns:
        `(height, width)` of its images where it is known.

    Raises:
        ConfigError: for a name that can't be, or what isn't there.
        RunError: where its files are damaged.
    """
    name = DatasetName.parse(config.dataset)
    plugin = registry.load(registry.SOURCES, name.kind, "--dataset")
    require_skippable(config)
    return plugin.check(name, config)


def require_skippable(config: DataConfig) -> None:
    """Refuses `--skip_broken` of a dataset of which no single file could be left out."""
    require(
        not config.skip_broken or has_single_files(config.dataset),
        f"--skip_broken leaves out picture files that can't be read, and --dataset="
        f"{wording.one_line(config.dataset)} isn't made of single ones.",
        skip_broken=config.skip_broken,
    )


def has_single_files(dataset: str) -> bool:
    """Whether each image of a dataset is a file of its own."""
    name = DatasetName.parse(dataset)
    plugin = registry.load(registry.SOURCES, name.kind, "--dataset")
    return isinstance(plugin, PluginOfFiles) and plugin.has_single_files(name)


def help_text() -> str:
    """Every kind with what it is, for the help of `--dataset`."""
    kinds = [
        f"{form}: {registry.constant(registry.SOURCES, kind, 'HELP')}"
        for kind, form in dataset_name.forms().items()
    ]
    return f"{'; '.join(kinds)}. A name that begins with no kind is of the kind {FALLBACK}"
