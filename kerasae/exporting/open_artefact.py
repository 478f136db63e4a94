"""An exported encoder, opened to be used: a SavedModel's signature or a `.tflite` file."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import AppliedDataConfig, DataConfig, require
from kerasae.data import pipeline
from kerasae.exporting import artefact_function
from kerasae.exporting.artefact_checks import ENCODE
from kerasae.names import CODE
from kerasae.readouts import baselines, features
from kerasae.run_dir import RunDir
from kerasae.runs import open_run


@dataclasses.dataclass(frozen=True)
class OpenArtefact:
    """A source of codes, see `codes.CodeSource`, that is known by its file alone.

    Attributes:
        run: The directory that results are added to.
        trained_on: The dataset that the encoder saw; None where it isn't known.
        image_shape: `(height, width, channels)`, None for what may be any.
        code: What makes codes of images.
        errors: float32 images in [0, 1] to `mse_per_pixel`; None where the file
            doesn't tell it.
        name: The file and its function, for `origin`.
    """

    run: RunDir
    trained_on: str | None
    image_shape: tuple[int | None, int | None, int | None]
    code: features.Encoder
    errors: Callable[[Any], np.ndarray] | None
    name: str

    def encoder(self, layer: str) -> features.Encoder:
        return self.code

    def layers(self) -> list[str]:
        return [CODE]

    def origin(self, data: DataConfig) -> dict[str, Any]:
        places = ("data_dir", "download", "memory_budget_mb")
        chosen = dataclasses.asdict(data)
        return {"function": self.name, **{k: v for k, v in chosen.items() if k not in places}}

    def baselines(self, data: pipeline.Data) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        return baselines.without_model(data, self.code.size)


def open_artefact(
    path: Path, signature: str | None, run: RunDir, trained_on: str | None
) -> OpenArtefact:
    """Opens a path that passed `check_artefact`.

    Args:
        path: A SavedModel's folder or a `.tflite` file.
        signature: Of the SavedModel; None for `encode`.
        run: The directory for results.
        trained_on: What `check_artefact` gave.

    Raises:
        ConfigError: for a function that doesn't make codes of images.
        RunError: for a file that is damaged or foreign.
    """
    if path.is_dir():
        function, errors = artefact_function.of_saved_model(path, signature or ENCODE)
        contents = [path / "saved_model.pb", *sorted((path / "variables").glob("*"))]
    else:
        function, errors = artefact_function.of_tflite(path), None
        contents = [path]
    given, gives = function.details["input"], artefact_function.output_of(function, path)
    artefact_function.require_codes_of_images(given, gives, path)

    def encode(images):
        return artefact_function.codes(function, given, gives, path, images)

    return OpenArtefact(
        run=run,
        trained_on=trained_on,
        image_shape=tuple(None if size < 1 else size for size in given["shape"][1:]),
        code=features.Encoder(encode, int(np.prod(gives["shape"][1:])), lambda: _bytes(contents)),
        errors=errors,
        name=signature or (ENCODE if path.is_dir() else path.name),
    )


def load_data(
    artefact: OpenArtefact,
    applied: AppliedDataConfig,
    seed: int,
    image_size: tuple[int, ...] = (),
) -> tuple[pipeline.Data, DataConfig]:
    """Images as the file takes them; one that takes any size gets the dataset's own.

    Args:
        artefact: The encoder.
        applied: The data to use; its dataset must be given.
        seed: Samples `max_examples`.
        image_size: To give an encoder that takes any; the dataset's own where empty.

    Returns:
        The data, and the settings it was loaded with.

    Raises:
        ConfigError: for images of another size or channel count, or a size
            wanted that isn't the encoder's own.
    """
    height, width, channels = artefact.image_shape
    wanted = applied.of_dataset(DataConfig(applied.dataset, image_size=image_size))
    source = pipeline.open_source(wanted)
    if channels is not None:
        open_run.require_channels(source.spec, wanted.dataset, channels)
    if None not in (height, width):
        require(
            wanted.target_size in (None, (height, width)),
            f"--image_size goes with an encoder that takes any size; this one takes "
            f"{height}x{width}.",
            image_size=wanted.image_size,
        )
        if not applied.resize:
            open_run.require_size(source.spec, wanted.dataset, (height, width))
        wanted = dataclasses.replace(wanted, image_size=(height, width))
    return pipeline.load(source, wanted, seed), wanted


def _bytes(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        yield path.read_bytes()
