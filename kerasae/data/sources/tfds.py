"""Any image dataset that TensorFlow Datasets knows by name, or that lies prepared in a folder."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.data import damage, dataset_name, tfds_download, tfds_folder, tfds_idx
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.tfds_source import TfdsSource
from kerasae.wording import shortened

ARGUMENT = "NAME"
VERSIONED = True
FEATURES = True
HELP = "any image dataset of TFDS by name: mnist, fashion_mnist, emnist/letters, mnist:3.0.1"

DATA_DIR_VARIABLE = "TFDS_DATA_DIR"
DEFAULT_DATA_DIR = "~/tensorflow_datasets"  # TFDS's own
NAMESPACE = ":"  # Ends the name of a community, whose datasets TFDS looks for in the network.


def open_source(name: DatasetName, config: DataConfig) -> TfdsSource:
    """Opens a dataset by its TFDS name, preparing it first where it isn't.

    Args:
        name: Its argument is as for `tfds.builder`: `mnist`, `emnist/letters`.
        config: Of it `data_dir`, the folder of prepared datasets, None for
            `$TFDS_DATA_DIR`, then TFDS's own default; `download`; `image` and
            `label`.

    Raises:
        ConfigError: for an unknown name, a folder that isn't there, a dataset
            that is not prepared and can't be downloaded, one without 8-bit
            images of 1 or 3 channels, or one of which it isn't known which
            image or label is meant.
        RunError: where preparing it failed, or its files are damaged.
    """
    with _builder(name, config) as (builder, folder):
        if not builder.is_prepared():
            tfds_download.prepare(builder, name, folder, config.download, _known_offline(folder))
        if (Path(builder.data_dir) / tfds_folder.FEATURES).exists():
            tfds_folder.require_class_names(Path(builder.data_dir))
        return TfdsSource(builder, config)


def prepare_from_idx(name: DatasetName, config: DataConfig, place: Path) -> None:
    """Prepares a dataset that was published as IDX files, from such files and without a network.

    Args:
        name: One of the kind `tfds`.
        config: Of it `data_dir`, where the dataset goes.
        place: The files, see `idx.find`.

    Raises:
        ConfigError: for a dataset that wasn't published so, that is prepared already, or of
            which a file is missing.
        RunError: where a file is damaged, holds something else, or TFDS failed.
    """
    with _builder(name, config) as (builder, folder):
        tfds_idx.prepare(builder, name, folder, place)


@contextlib.contextmanager
def _builder(name: DatasetName, config: DataConfig) -> Iterator[tuple[Any, Path]]:
    """TFDS's builder of a dataset, and the folder of datasets; see `_described` for the block."""
    import tensorflow_datasets as tfds

    folder = _data_dir(config.data_dir)
    _require_name(name, folder)
    tfds_folder.require_regular(folder, name)
    with _described(name, folder):
        try:
            builder = tfds.builder(_tfds_name(name), data_dir=folder, try_gcs=False)
        except tfds.core.DatasetNotFoundError:
            _require_undamaged(name, folder)
            raise _unknown(name, folder) from None
        yield builder, folder


@contextlib.contextmanager
def _described(name: DatasetName, folder: Path) -> Iterator[None]:
    """One message for whatever TFDS raises about a dataset's description, with the damaged file."""
    try:
        yield
    except (ConfigError, RunError):
        raise
    except Exception as error:  # Of damaged files TFDS raises whatever its parsers do.
        _require_undamaged(name, folder)
        described = tfds_folder.versions_of(folder, name)
        if described and not isinstance(error, ImportError):
            raise RunError(
                f"--dataset={name} can't be opened: {damage.first_line(error)} Its "
                f"{tfds_folder.INFO} or {tfds_folder.FEATURES} in {described[-1]} is damaged."
            ) from None
        # A version, configuration or library that isn't there, in TFDS's own words.
        raise ConfigError(
            f"--dataset={name} can't be opened: {damage.first_line(error)} {_known_offline(folder)}"
        ) from None


def _require_undamaged(name: DatasetName, folder: Path) -> None:
    """Raises RunError that says which file of a dataset's description is damaged, if one is."""
    found = tfds_folder.damage(folder, name)
    if found:
        raise RunError(f"--dataset={name} can't be opened: {found}")


def check(name: DatasetName, config: DataConfig) -> tuple[int, int] | None:
    """Refuses a name that TFDS doesn't know and that lies in no folder either.

    The size is that of a prepared dataset, read from its files; None where it isn't prepared or
    its images have no one size. TFDS knows its names without TensorFlow.
    """
    folder = _data_dir(config.data_dir)
    _require_name(name, folder)
    if not tfds_folder.versions_of(folder, name) and NAMESPACE not in name.argument:
        _require_known(name, folder)
    described = tfds_folder.newest_features(folder, name)
    sizes = set().union(*map(tfds_folder.image_sizes, described))
    height, width = sizes.pop() if len(sizes) == 1 else (0, 0)
    return (height, width) if height > 0 and width > 0 else None


def _require_known(name: DatasetName, folder: Path) -> None:
    """Refuses a name of which TFDS has no code."""
    import tensorflow_datasets as tfds

    try:
        tfds.builder_cls(name.argument.partition("/")[0])
    except tfds.core.DatasetNotFoundError:
        raise _unknown(name, folder) from None


def _unknown(name: DatasetName, folder: Path) -> ConfigError:
    return ConfigError(
        f"--dataset={name} is not a dataset that TFDS knows. {_known_offline(folder)}"
    )


def _require_name(name: DatasetName, folder: Path) -> None:
    """Refuses what can be no name of TFDS, before a folder of that name is looked for."""
    if len(name.argument) > tfds_folder.MAX_NAME or not tfds_folder.NAME.fullmatch(name.argument):
        raise ConfigError(
            f"--dataset={shortened(str(name), 100)} can be no name of TFDS, which is NAME "
            "or NAME/CONFIGURATION, of letters, digits, _, - and +, at most "
            f"{tfds_folder.MAX_NAME} characters. {_known_offline(folder)}"
        )


def _tfds_name(name: DatasetName) -> str:
    """The name as TFDS reads it, with the version."""
    return f"{name.argument}:{name.version}" if name.version else name.argument


def _data_dir(data_dir: str | None) -> Path:
    """The folder of datasets; the user's own choice must exist."""
    for where, folder in (
        ("--data_dir", data_dir),
        (f"${DATA_DIR_VARIABLE}", os.environ.get(DATA_DIR_VARIABLE)),
    ):
        if folder:
            path = Path(files.expand_user(folder))
            if not path.is_dir():
                raise ConfigError(f"{where}={folder} is not a folder.")
            return path
    return Path(files.expand_user(DEFAULT_DATA_DIR))


def _known_offline(folder: Path) -> str:
    """Kinds of datasets, and those of TFDS that need no network, for messages."""
    return (
        f"Known: {dataset_name.known_kinds()}; prepared in {folder}: "
        f"{tfds_folder.prepared(folder)}. "
        f"--data_dir or ${DATA_DIR_VARIABLE} names another folder."
    )
