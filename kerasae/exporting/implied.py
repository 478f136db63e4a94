"""The functions that the files of a version imply, whatever its manifest says of them."""

from pathlib import Path

from kerasae import registry
from kerasae.config import RunError
from kerasae.exporting import config, manifest, target
from kerasae.exporting.bundle import MANIFEST
from kerasae.exporting.call import Call
from kerasae.exporting.contents import Contents
from kerasae.exporting.manifest import Manifest

# TensorFlow's, beside a SavedModel; it is no model itself.
FINGERPRINT = "fingerprint.pb"


def calls(folder: Path, content: Manifest) -> list[Call]:
    """The functions that a manifest lists, where they are those that its files imply.

    A manifest vouches for its files, and nothing vouches for the manifest. So
    what is to be run, and how close it has to be, is the export targets'
    word: every function of every file that is there, with the target's own
    tolerance.

    Args:
        folder: The version folder.
        content: Its manifest, of which the list of files holds.

    Raises:
        RunError: where the manifest lists others or none, a model is run by
            no function, or an export target isn't there.
    """
    _require_known_names(folder, content)
    contents = Contents(tuple(content.heads), format=content.format)
    implied = {
        call
        for name in registry.names(registry.TARGETS)
        for call in target.load(name).calls(contents)
        if call.file in content.files
    }
    listed = [item.call for item in content.functions]
    wrong = sorted({call.title for call in implied.symmetric_difference(listed)})
    if wrong or len(set(listed)) != len(listed):
        raise RunError(
            f"{folder / MANIFEST} doesn't list the functions of its files as they are checked: "
            f"{', '.join(wrong) or 'it names one twice'}."
        )
    if not listed:
        raise RunError(f"{folder / MANIFEST} lists no function, so there is nothing to check.")
    _require_all_models_run(folder, content, implied)
    return listed


def _require_known_names(folder: Path, content: Manifest) -> None:
    """Raises RunError for a target that this kerasae doesn't have, or a head that is none."""
    known = registry.names(registry.TARGETS)
    foreign = [item.target for item in content.functions if item.target not in known]
    if foreign:
        raise RunError(
            f"{folder / MANIFEST} names an export target that this kerasae hasn't. Received: "
            f"{foreign[0]!r}; known are {', '.join(known)}."
        )
    lacking = [config.missing(item.target) for item in content.functions]
    if any(lacking):
        raise RunError(f"{folder} can't be checked here: {max(lacking)}")
    manifest.require_head_names(folder, content)


def _require_all_models_run(folder: Path, content: Manifest, implied: set[Call]) -> None:
    """Raises RunError for a file of a model's kind that no function runs."""
    run = {call.file for call in implied} | {FINGERPRINT}
    kinds = {Path(file).suffix for file in run}
    unused = sorted(
        name for name in content.files if Path(name).suffix in kinds and name not in run
    )
    if unused:
        raise RunError(f"{folder} holds models that no function runs: {', '.join(unused)}.")
