"""A dataset and an encoder, opened: makes the rows of any part of it."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import tensorflow as tf

from kerasae.data import decoding, pipeline, pixels
from kerasae.data.config import DataConfig
from kerasae.data.spec import Source, image_names
from kerasae.encoding import part_file
from kerasae.encoding.config import EncodingInput
from kerasae.encoding.part import Part, cut
from kerasae.encoding.part_file import PartOrigin
from kerasae.exporting.artefact import encoder
from kerasae.models.autoencoder import Autoencoder, mse_per_pixel
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs import applied_data
from kerasae.runs.open_run import open_run

BATCH = 500
# Images in [0, 1] to codes and errors; no errors where the encoder is all there is.
Step = Callable[[Any], tuple[np.ndarray, np.ndarray | None]]


@dataclasses.dataclass(frozen=True)
class Encoding:
    """As the module says.

    Attributes:
        step: The encoder.
        name: Its name, for people.
        digest: Of all that decides its codes.
        source: The dataset.
        config: How it is read.
        seed: Samples `max_examples`.
        positions: Of the chosen images in the source's `train` and `test`.
    """

    step: Step
    name: str
    digest: str
    source: Source
    config: DataConfig
    seed: int
    positions: dict[str, np.ndarray]

    def parts(self, rows: int) -> list[Part]:
        """All of it, in parts of so many images."""
        return cut({split: len(chosen) for split, chosen in self.positions.items()}, rows)

    @property
    def seen(self) -> dict[str, Any]:
        """What must be the same for all that encode its parts, by name."""
        return {
            "version": self.source.spec.name,
            "content": self.source.spec.content,
            "encoder": self.digest,
            **{f"{split} images": len(chosen) for split, chosen in self.positions.items()},
        }

    def announce(self) -> None:
        """Says what is encoded, as every job does of its images."""
        # An image is read once, so that none is worth keeping.
        config = dataclasses.replace(self.config, memory_budget_mb=0, disk_budget_mb=0)
        _ = pipeline.load(self.source, config, self.seed).test

    def origin(self, part: Part) -> PartOrigin:
        """What decides the rows of a part."""
        classes = self.source.spec.classes
        return PartOrigin(
            encoder=self.name,
            encoder_digest=self.digest,
            images=decoding.origin(self.source, part.split, self._positions(part), self.config),
            ids=part_file.ids_digest(self._ids(part)),
            image_shape=self._shape,
            first=part.first,
            stop=part.stop,
            classes=classes and tuple(classes),
        )

    def rows(self, part: Part, progress: Callable[[int], Any]) -> pa.Table:
        """The rows of a part.

        Args:
            part: Which images.
            progress: Called with the number of images after each batch.

        Raises:
            RunError: for an encoder that gives NaN or infinity, or images that can't be read.
        """
        batches = list(self._batches(part, progress))
        labels, codes, errors = zip(*batches, strict=True)
        return part_file.table(
            self._ids(part),
            None if self.source.spec.classes is None else np.concatenate(labels),
            np.concatenate(codes),
            None if errors[0] is None else np.concatenate(errors),
        )

    def _batches(
        self, part: Part, progress: Callable[[int], Any]
    ) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
        """Labels, codes and errors of the images of a part."""
        done, positions = part.first, self._positions(part)
        for images, labels in decoding.decoded(
            self.source, part.split, positions, self._shape, self.config, BATCH
        ):
            codes, errors = self.step(pixels.to_unit(tf.constant(images)))
            for values in (codes, errors):
                if values is not None:
                    features.require_finite(values, self.name, part.split, done)
            yield labels, codes, errors
            done += len(images)
            progress(len(images))

    def _ids(self, part: Part) -> list[str]:
        return image_names(self.source, part.split, self._positions(part))

    def _positions(self, part: Part) -> np.ndarray:
        return self.positions[part.split][part.first : part.stop]

    @property
    def _shape(self) -> tuple[int, int, int]:
        return pipeline.image_shape(self.source.spec, self.config)


def open_encoding(given: EncodingInput) -> Encoding:
    """Opens encoder and dataset; decodes nothing.

    Raises:
        ConfigError: for images that the encoder doesn't take.
        RunError: for a file that is damaged or foreign.
    """
    if given.run is None:
        return _of_artefact(given)
    opened = open_run(given.run)
    source, config = applied_data.open_data(opened, given.data)
    model = opened.autoencoder
    digest = features.fingerprint(model.model, {})
    name, seed = f"The model of {given.run.path}", opened.config.training.seed
    return _opened(_model_step(model), name, digest, source, config, seed)


def _of_artefact(given: EncodingInput) -> Encoding:
    """As `open_encoding`, of an exported file."""
    opened = encoder.open_encoder(given.artefact, RunDir("."), given.trained_on)
    source, config = encoder.open_data(opened, given.data)

    def step(images):
        return opened.code.encode(images), opened.errors and opened.errors(images)

    return _opened(step, opened.code.name, opened.digest, source, config, seed=0)


def _opened(
    step: Step, name: str, digest: str, source: Source, config: DataConfig, seed: int
) -> Encoding:
    chosen = pipeline.choose(source, config, seed)
    positions = {split: chosen[split] for split in ("train", "test")}
    return Encoding(step, name, digest, source, config, seed, positions)


def _model_step(autoencoder: Autoencoder) -> Step:
    """Codes and mean squared error per pixel by a model."""

    @tf.function(reduce_retracing=True, autograph=False)
    def graph(images):
        codes = autoencoder.encoder(images, training=False)
        return codes, mse_per_pixel(images, autoencoder.decoder(codes, training=False))

    def step(images):
        codes, errors = graph(images)
        return codes.numpy(), errors.numpy()

    return step
