"""One file a kind of dataset, see `kerasae.data.spec.SourcePlugin`."""

from kerasae import registry
from kerasae.data.dataset_name import FALLBACK, DatasetName
from kerasae.data.spec import Source


def open_source(dataset: str, data_dir: str | None, download: bool) -> Source:
    """Opens a dataset.

    Args:
        dataset: Its name, see `DatasetName`.
        data_dir: Folder of TFDS datasets; None for the usual ones.
        download: Whether a dataset that isn't there yet may be downloaded.

    Raises:
        ConfigError: where there is no such dataset, or it can't be had here.
    """
    name = DatasetName.parse(dataset)
    plugin = registry.load(registry.SOURCES, name.kind, "--dataset")
    return plugin.open_source(name, data_dir, download)


def image_size(dataset: str, data_dir: str | None) -> tuple[int, int] | None:
    """`(height, width)` of a dataset's images where it is known without TensorFlow.

    Args:
        dataset: Its name, see `DatasetName`.
        data_dir: Folder of TFDS datasets; None for the usual ones.

    Raises:
        ConfigError: for a name that can't be, or a folder that isn't there.
    """
    name = DatasetName.parse(dataset)
    plugin = registry.load(registry.SOURCES, name.kind, "--dataset")
    return plugin.image_size(name, data_dir)


def known_kinds() -> str:
    """Every kind as it is typed, for messages: `digits, tfds:NAME`."""
    return ", ".join(_forms().values())


def help_text() -> str:
    """Every kind with what it is, for the help of `--dataset`."""
    kinds = [
        f"{form}: {registry.constant(registry.SOURCES, kind, 'HELP')}"
        for kind, form in _forms().items()
    ]
    return f"{'; '.join(kinds)}. A name that begins with no kind is of the kind {FALLBACK}"


def _forms() -> dict[str, str]:
    """How a dataset of each kind is typed."""
    forms = {}
    for kind in registry.names(registry.SOURCES):
        argument = registry.constant(registry.SOURCES, kind, "ARGUMENT")
        forms[kind] = f"{kind}:{argument}" if argument else kind
    return forms
