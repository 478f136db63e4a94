"""What can be refused of an exported file before TensorFlow starts."""

from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, RunError, require
from kerasae.exporting import bundle, manifest

ENCODE = "encode"
SAVED_MODEL = "saved_model.pb"


def define(line: CommandLine) -> None:
    """Adds the flags that name an exported encoder."""
    line.add(
        "Encoder",
        "saved_model",
        str | None,
        None,
        "a version folder of kerasae.export, the folder of any SavedModel, or a .tflite file",
    )
    line.add(
        "Encoder",
        "signature",
        str | None,
        None,
        "which function of the SavedModel makes codes of images",
        shown_default=ENCODE,
    )


def check_artefact(path: Path, signature: str | None) -> str | None:
    """Refuses what is no SavedModel and no `.tflite` file, or isn't what was published.

    Args:
        path: As given to `--saved_model`.
        signature: As given to `--signature`.

    Returns:
        The dataset that the encoder was trained on, where a manifest tells it.

    Raises:
        ConfigError: for a path that holds no model.
        RunError: for a file of a version folder that was changed.
    """
    require(path.exists(), "--saved_model must be a folder or a .tflite file.", saved_model=path)
    if path.is_dir():
        trained_on = _published(path, None)
        if not (path / SAVED_MODEL).is_file():
            raise ConfigError(f"--saved_model={path} holds no SavedModel: it has no {SAVED_MODEL}.")
        return trained_on
    require(
        path.suffix == ".tflite",
        "--saved_model must be a SavedModel's folder or a .tflite file.",
        saved_model=path,
    )
    require(
        signature is None,
        "--signature goes with a SavedModel; a .tflite file has one function.",
        signature=signature,
    )
    folder = path.absolute().parents[1]
    return _published(folder, path.absolute().relative_to(folder).as_posix())


def _published(folder: Path, own: str | None) -> str | None:
    """Checks the hashes of a version folder of kerasae; None for any other folder.

    Args:
        folder: That may be a version folder.
        own: The file in it that is used; None for the SavedModel itself.
    """
    if not (folder / bundle.SUMS).is_file():
        return None
    content = manifest.read(folder)
    try:
        trained_on = content["settings"]["data"]["dataset"]
    except (KeyError, TypeError):
        raise RunError(f"{folder / bundle.MANIFEST} is damaged: it tells no dataset.") from None
    changed = [
        change
        for change in manifest.changes(folder, content)
        if own is None or change.startswith(f"{own} ")
    ]
    if changed:
        raise RunError(f"{folder} is not what was published: {'; '.join(changed)}.")
    return trained_on
