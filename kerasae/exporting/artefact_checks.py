"""What can be refused of an exported file before TensorFlow starts."""

from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, RunError, require
from kerasae.exporting import bundle, manifest

ENCODE = "encode"
SAVED_MODEL = "saved_model.pb"
FOLDER_OF_TFLITE = "tflite"
# Any of these makes a folder a version; half a copy may lack those that are written last.
MARKS = (bundle.MANIFEST, bundle.SUMS, bundle.GOLDEN)


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
        RunError: for a version folder of which a file was changed or is missing.
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
    whole = path.absolute()
    if whole.parent.name != FOLDER_OF_TFLITE:
        return None
    return _published(whole.parent.parent, f"{FOLDER_OF_TFLITE}/{whole.name}")


def _published(folder: Path, own: str | None) -> str | None:
    """Checks the hashes of a version folder of kerasae; None for any other folder.

    Args:
        folder: That may be a version folder.
        own: The file in it that is used; None for the SavedModel itself.
    """
    there = [name for name in MARKS if (folder / name).is_file()]
    if not there:
        return None
    if bundle.MANIFEST not in there:
        raise RunError(
            f"{folder} is half of a version folder of kerasae.export: it has {', '.join(there)}, "
            f"and {bundle.MANIFEST} is missing."
        )
    content = manifest.read(folder)
    try:
        trained_on = content["settings"]["data"]["dataset"]
    except (KeyError, TypeError):
        raise RunError(f"{folder / bundle.MANIFEST} is damaged: it tells no dataset.") from None
    # Of one file's use: itself, and what its hash is vouched for by.
    concerned = (f"{own} ", f"{bundle.SUMS} ", f"{bundle.MANIFEST} or {bundle.SUMS} ")
    changed = [
        change
        for change in manifest.changes(folder, content)
        if own is None or change.startswith(concerned)
    ]
    if changed:
        raise RunError(f"{folder} is not what was published: {'; '.join(changed)}.")
    return trained_on
