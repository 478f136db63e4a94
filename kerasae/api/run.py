"""A finished run, opened in Python."""

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasae import arguments
from kerasae.api import functions, images
from kerasae.api.array_model import ArrayModel
from kerasae.api.figures import Figures
from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data.array_source import ArraySource
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record, settings
from kerasae.runs.guard import require_finished
from kerasae.runs.metrics import Metrics
from kerasae.runs.record import RunRecord
from kerasae.training import history
from kerasae.training.history import Row

if TYPE_CHECKING:
    from kerasae.models.autoencoder import Autoencoder


class Run(os.PathLike[str]):
    """A finished run: its numbers, its pictures and its model, which is loaded when it is needed.

    `encode`, `reconstruct` and `errors` take images as uint8, or as floating-point numbers in
    [0, 1], of the model's own size: `(n, height, width, channels)`, or `(n, height, width)` where
    they are grey.

    Attributes:
        path: The run directory.
        source: The images that it was trained on, where they were given as arrays; None otherwise.

    Example:

    >>> import tempfile
    >>> import numpy as np
    >>> from kerasae import api
    >>> faces = np.random.default_rng(0).random((50, 8, 8))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = api.train(faces, run_dir=folder, epochs=1, model_options={"latent_dim": 3})
    ...     run.encode(faces).shape
    (50, 3)
    """

    def __init__(self, path: str | os.PathLike[str], source: ArraySource | None = None):
        self.path = Path(path)
        self._run = RunDir(self.path)
        with arguments.in_words_of_python(CommandLine("")):
            require_finished(self._run)
        self.source = source and source.named(self.record.dataset.name)

    def __fspath__(self):
        return str(self.path)

    def __repr__(self):
        reached = self.metrics
        return (
            f"Run({str(self.path)!r}): {self.record.dataset.name}, {reached.epochs} epochs, code "
            f"of {reached.code_size}, test_mse_per_pixel {reached.test_mse_per_pixel:.5f}"
        )

    readout = functions.readout
    evaluate = functions.evaluate
    report = functions.report
    export = functions.export

    @functools.cached_property
    def record(self) -> RunRecord:
        """What the run is: settings, dataset, classes, numbers of images."""
        return record.read(self._run)

    @property
    def config(self) -> RunConfig:
        """The settings that it was trained with."""
        return settings.of_record(self._run, self.record)

    @property
    def metrics(self) -> Metrics:
        """What it reached."""
        return metrics.read(self._run)

    @property
    def history(self) -> list[Row]:
        """Its epochs: error, time and speed of each."""
        return history.read(self._run)

    @property
    def figures(self) -> Figures:
        """Its pictures that are drawn, by name; `report(figures=…)` draws more."""
        return Figures(self._run.figures)

    @functools.cached_property
    def autoencoder(self) -> "Autoencoder":
        """The model, its encoder and its decoder."""
        from kerasae.runs.open_run import open_run
        from kerasae.training.seeding import caller_left_alone

        with caller_left_alone():
            return open_run(self._run).autoencoder

    def encode(self, images: Any) -> np.ndarray:
        """Codes of images, float32 `(n, code_size)`.

        Args:
            images: As described above.

        Raises:
            ConfigError: for images of another type, range or shape.
        """
        return self._model.encode(images)

    def reconstruct(self, images: Any) -> np.ndarray:
        """What the model makes of images, float32, in their shape.

        Args:
            images: As described above.

        Raises:
            ConfigError: for images of another type, range or shape.
        """
        return self._model.reconstruct(images)

    def errors(self, images: Any) -> np.ndarray:
        """Mean squared error per pixel and channel of each image, float32 `(n,)`.

        Args:
            images: As described above.

        Raises:
            ConfigError: for images of another type, range or shape.
        """
        return self._model.errors(images)

    def decode(self, codes: Any) -> np.ndarray:
        """Images of codes, float32 `(n, height, width, channels)`.

        Args:
            codes: Numbers `(n, code_size)`.

        Raises:
            ConfigError: for codes of another type or shape.
        """
        return self._model.decode(codes)

    @functools.cached_property
    def _model(self) -> ArrayModel:
        """The model, loaded once."""
        return ArrayModel(self.autoencoder)


def open_run(
    run_dir: str | os.PathLike[str], images: Any = None, labels: Any = None, **beside: Any
) -> Run:
    """Opens a finished run.

    Args:
        run_dir: Its directory.
        images: The images that it was trained on, where those were given as arrays and what
            follows needs them: as an array, or as what `kerasae.api.dataset` makes.
        labels: Their labels, if there were any.
        **beside: Test images and the like, as of `kerasae.api.dataset`.

    Raises:
        ConfigError: where the run isn't finished, or the images are others than its own.
        RunError: where it is damaged.
    """
    if images is None:
        require(
            labels is None and not beside,
            "labels and the like must stand beside images.",
            images=None,
        )
        return Run(run_dir)
    source = images_as_source(images, labels, **beside)
    run = Run(run_dir)
    advice = "A run goes on with the images, labels and test images that it was trained on only."
    record.require_same_images(RunDir(run.path), run.record, source.spec, advice)
    return Run(run_dir, source)


def images_as_source(given: Any, labels: Any, **beside: Any) -> ArraySource:
    """Arrays as a source, or the source itself."""
    if isinstance(given, ArraySource):
        require(labels is None and not beside, "labels are part of the dataset.", images="dataset")
        return given
    require(
        not isinstance(given, str),
        "images must be an array: images of a named dataset are found by its name.",
        images=given,
    )
    return images.dataset(given, labels, **beside)
