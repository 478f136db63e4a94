"""Checks of an exported file before TensorFlow starts."""

from pathlib import Path

from kerasae import registry
from kerasae.config import RunError
from kerasae.exporting import bundle, manifest
from kerasae.exporting.artefact.config import ArtefactConfig

# Any of these makes a folder a version; half a copy may lack those that are written last.
MARKS = (bundle.MANIFEST, bundle.SUMS, bundle.GOLDEN)


def training_dataset(config: ArtefactConfig) -> str | None:
    """Returns the dataset that a published encoder was trained on; None for a foreign file.

    Raises:
        ConfigError: for a path that holds no model.
        RunError: for a version folder of which a file was changed or is missing.
    """
    config.require_model()
    path = config.path
    if path.is_dir():
        # A SavedModel is more than one file: everything in its folder counts.
        return published_dataset(path, None)
    whole = path.absolute()
    if whole.parent.name != registry.constant(registry.TARGETS, "tflite", "FOLDER"):
        return None
    return published_dataset(whole.parent.parent, f"{whole.parent.name}/{whole.name}")


def published_dataset(folder: Path, file: str | None) -> str | None:
    """The dataset in a version folder's manifest, once its hashes hold; None for other folders.

    Args:
        folder: A folder that may be a version.
        file: The one file of it that is used; None for all of them.

    Raises:
        RunError: for half a version folder, or one of which a file was changed or is missing.
    """
    present = [name for name in MARKS if (folder / name).exists()]
    if not present:
        return None
    if bundle.MANIFEST not in present:
        raise RunError(
            f"{folder} is half of a version folder of kerasae.export: it has {', '.join(present)}, "
            f"and {bundle.MANIFEST} is missing."
        )
    content = manifest.read(folder)
    changes = [change for change in manifest.changes(folder, content) if _concerns(file, change)]
    if changes:
        raise RunError(f"{folder} is not what was published: {'; '.join(changes)}.")
    return content.settings.data.dataset


def _concerns(file: str | None, change: str) -> bool:
    """Returns whether a change is of the file that is used, or of the hashes that vouch for it."""
    vouchers = (f"{bundle.SUMS} ", f"{bundle.MANIFEST} or {bundle.SUMS} ")
    return file is None or change.startswith((f"{file} ", *vouchers))
