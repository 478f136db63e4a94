"""An exported encoder, opened in Python."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasae import arguments
from kerasae.api import functions, images
from kerasae.api.batches import in_batches
from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.exporting import bundle, manifest
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.exporting.manifest import Manifest
from kerasae.run_dir import RunDir

if TYPE_CHECKING:
    from kerasae.exporting.artefact.encoder import ArtefactEncoder
    from kerasae.jobs.transfer import Transferred


class Export(os.PathLike[str]):
    """An encoder in files that stand alone, loaded when it is needed.

    Attributes:
        path: A version folder, the folder of a SavedModel, or a `.tflite` file.
        trained_on: The dataset that it was trained on; None where it isn't known.
    """

    def __init__(
        self, path: str | os.PathLike[str], signature: str | None = None, trust: bool = False
    ):
        self.path = Path(path)
        self._config = ArtefactConfig(str(self.path), signature, trust)
        with arguments.in_words_of_python(CommandLine("")):
            self.trained_on = check.training_dataset(self._config)

    def __fspath__(self):
        return str(self.path)

    def __repr__(self):
        return f"Export({str(self.path)!r})"

    @property
    def manifest(self) -> Manifest | None:
        """What a version folder holds and how it was made; None of other files."""
        there = self.path.is_dir() and (self.path / bundle.MANIFEST).exists()
        return manifest.read(self.path) if there else None

    @property
    def image_shape(self) -> tuple[int | None, ...]:
        """`(height, width, channels)` of the images that it takes; None for what may be any."""
        return self._encoder.image_shape

    @property
    def code_size(self) -> int:
        """Numbers in a code."""
        return self._encoder.code.size

    def encode(self, images: Any) -> np.ndarray:
        """Codes of images, float32 `(n, code_size)`.

        Args:
            images: uint8, or floating-point in [0, 1]; `(n, height, width, channels)` of
                `image_shape`, or `(n, height, width)` where they are grey.

        Raises:
            ConfigError: for images of another type, range or shape.
        """
        return self._applied(self._encoder.code.encode, images)

    def errors(self, images: Any) -> np.ndarray:
        """Mean squared error per pixel and channel of each image, float32 `(n,)`.

        Args:
            images: As `encode` takes them.

        Raises:
            ConfigError: for other images, or a file without a function for it.
        """
        require(
            self._encoder.errors is not None,
            "errors needs a file with a function for them, as a version folder has it.",
            path=self.path,
        )
        return self._applied(self._encoder.errors, images)

    def transfer(self, dataset: Any, labels: Any = None, **settings: Any) -> "Transferred":
        """As `kerasae.api.transfer` with this encoder."""
        own = {"signature": self._config.signature, "trust": self._config.trust or None}
        return functions.transfer(self, dataset, labels, **own, **settings)

    def _applied(self, function: Callable[[Any], np.ndarray], given: Any) -> np.ndarray:
        """What a function of the file makes of images."""
        import tensorflow as tf

        from kerasae.data import pixels

        def of_batch(stored):
            raw = stored.dtype == np.uint8
            return function(pixels.to_unit(stored) if raw else tf.cast(stored, tf.float32))

        return in_batches(of_batch, images.unit(given, self.image_shape))

    @functools.cached_property
    def _encoder(self) -> "ArtefactEncoder":
        from kerasae.exporting.artefact.encoder import open_encoder
        from kerasae.training.seeding import caller_left_alone

        with arguments.in_words_of_python(CommandLine("")), caller_left_alone():
            return open_encoder(self._config, RunDir(self.path), self.trained_on)


def open_export(
    saved_model: str | os.PathLike[str], signature: str | None = None, trust: bool = False
) -> Export:
    """Opens an exported encoder.

    Args:
        saved_model: A version folder of `kerasae.api.export`, the folder of any SavedModel, or a
            `.tflite` file.
        signature: The function of a SavedModel that makes codes of images; `encode` where
            not given.
        trust: Run a SavedModel also where its graph can do more than compute, such as write
            files: only one whose author you trust.

    Raises:
        ConfigError: for a path that holds no model.
        RunError: for a version folder of which a file was changed or is missing.
    """
    return Export(saved_model, signature, trust)
