"""Which file `--init_from` means, found and checked without TensorFlow."""

from pathlib import Path

from kerasae import registry
from kerasae.config import require
from kerasae.exporting.artefact import check
from kerasae.names import AUTOENCODER
from kerasae.run_dir import RunDir
from kerasae.runs import metrics
from kerasae.runs.guard import require_finished

SUFFIX = ".keras"


def find(init_from: str | None) -> Path | None:
    """The `.keras` file that holds the weights to begin with, as an absolute path.

    Args:
        init_from: A finished run, of which the model that was measured counts; a version folder
            of `kerasae.export` with Keras files; or a `.keras` file. None for random weights.

    Raises:
        ConfigError: for anything else.
        RunError: for a run that is damaged, or a version folder that was changed.
    """
    if init_from is None:
        return None
    path = Path(init_from).absolute()
    run, exported = RunDir(path), _exported_file()
    if run.holds_a_run:
        require_finished(run)
        return path / metrics.read(run).evaluated
    if (path / exported).is_file():
        check.published_dataset(path, exported)
        return path / exported
    require(
        path.is_file() and path.suffix == SUFFIX,
        "--init_from must be a finished run, a version folder with Keras files, or a .keras file.",
        init_from=init_from,
    )
    return path


def _exported_file() -> str:
    """Path of the whole model in a version folder."""
    folder = registry.constant(registry.TARGETS, "keras", "FOLDER")
    return f"{folder}/{AUTOENCODER}{SUFFIX}"
