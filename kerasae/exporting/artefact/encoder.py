"""An exported encoder as a source of codes: a SavedModel's signature or a `.tflite` file."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import require
from kerasae.data import pipeline
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.data.spec import Source
from kerasae.exporting.artefact import functions
from kerasae.exporting.artefact.config import ENCODE, ArtefactConfig
from kerasae.exporting.call import SAVED_MODEL
from kerasae.names import CODE
from kerasae.readouts import baselines, features
from kerasae.readouts.config import ReadoutConfig
from kerasae.run_dir import RunDir
from kerasae.runs import applied_data
from kerasae.runs.settings import PLACES


@dataclasses.dataclass(frozen=True)
class ArtefactEncoder:
    """A `CodeSource` that is known by its file alone.

    Attributes:
        run: The directory that results are added to.
        trained_on: The dataset that the encoder was trained on; None where it isn't known.
        image_shape: `(height, width, channels)`, None for what may be any.
        code: The encoder.
        errors: float32 images in [0, 1] to `mse_per_pixel`; None where the file
            has no such function.
        name: Of its function, for people: the signature, or the name of a `.tflite` file.
        signature: Of a SavedModel; None of a `.tflite` file.
        wanted_size: To give an encoder that takes any; the dataset's own where empty.
    """

    run: RunDir
    trained_on: str | None
    image_shape: tuple[int | None, int | None, int | None]
    code: features.Encoder
    errors: Callable[[Any], np.ndarray] | None
    name: str
    signature: str | None
    wanted_size: tuple[int, ...]

    @property
    def digest(self) -> str:
        """Of its bytes and its signature: the same encoder has the same, whatever it is called."""
        return features.digest(self.code.content(), {"signature": self.signature})

    def encoder(self, layer: str) -> features.Encoder:
        return self.code

    def layers(self) -> list[str]:
        return [CODE]

    def origin(self, data: DataConfig) -> dict[str, Any]:
        elsewhere = (*PLACES, "memory_budget_mb", "disk_budget_mb")
        chosen = dataclasses.asdict(data)
        decisive = {name: value for name, value in chosen.items() if name not in elsewhere}
        return {"function": self.signature, **decisive}

    def baselines(
        self, data: pipeline.Data, wanted: ReadoutConfig
    ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        if wanted.baselines:
            yield from baselines.without_model(data, self.code.size)


def open_encoder(config: ArtefactConfig, run: RunDir, trained_on: str | None) -> ArtefactEncoder:
    """Opens a file that `check.training_dataset` accepted.

    Args:
        config: The file and its function.
        run: The directory for results.
        trained_on: The dataset that `check.training_dataset` found.

    Raises:
        ConfigError: for a function that doesn't make codes of images.
        RunError: for a file that is damaged or foreign.
    """
    path = config.path
    if path.is_dir():
        signature = config.signature or ENCODE
        function = functions.open_saved_model(path, signature, config.trust)
        contents = [path / SAVED_MODEL, *sorted((path / "variables").glob("*"))]
    else:
        signature, contents = None, [path]
        function = functions.open_tflite(path)
    name = signature or path.name
    return ArtefactEncoder(
        run=run,
        trained_on=trained_on,
        image_shape=tuple(None if size < 1 else size for size in function.given["shape"][1:]),
        code=features.Encoder(
            function.encode, function.size, lambda: _bytes(contents), f"{path} ({name})"
        ),
        errors=function.errors,
        name=name,
        signature=signature,
        wanted_size=config.image_size,
    )


def open_data(artefact: ArtefactEncoder, applied: AppliedDataConfig) -> tuple[Source, DataConfig]:
    """A dataset as the file takes it; one that takes any size gets the dataset's own.

    Args:
        artefact: The encoder.
        applied: The data to use; its dataset must be given.

    Returns:
        The dataset, and the settings to load it with.

    Raises:
        ConfigError: for images of another size or channel count, or a size
            wanted that isn't the encoder's own.
    """
    height, width, channels = artefact.image_shape
    wanted = applied.override(DataConfig(applied.dataset, image_size=artefact.wanted_size))
    source = pipeline.open_source(wanted)
    if channels is not None:
        applied_data.require_channels(source.spec, wanted, channels)
    if None not in (height, width):
        require(
            wanted.target_size in (None, (height, width)),
            f"--image_size goes with an encoder that takes any size; this one takes "
            f"{height}x{width}.",
            image_size=wanted.image_size,
        )
        if not applied.resize:
            applied_data.require_size(source.spec, wanted.dataset, (height, width))
        wanted = dataclasses.replace(wanted, image_size=(height, width))
    return source, wanted


def load_data(
    artefact: ArtefactEncoder, applied: AppliedDataConfig, seed: int
) -> tuple[pipeline.Data, DataConfig]:
    """The images of `open_data`, and the settings that they were loaded with.

    Args:
        artefact, applied: As there.
        seed: Samples `max_examples`.
    """
    source, wanted = open_data(artefact, applied)
    return pipeline.load(source, wanted, seed), wanted


def _bytes(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        yield path.read_bytes()
