"""The files of a version that a browser runs: `.tflite` with a fixed batch, one for each part."""

import dataclasses
import logging
from pathlib import Path

import keras
import numpy as np

from kerasae import arrays
from kerasae.config import ConfigError
from kerasae.exporting import manifest
from kerasae.exporting.bundle import GOLDEN
from kerasae.exporting.contents import PRECISIONS, Contents
from kerasae.exporting.exported import Exported, ExportedHead
from kerasae.exporting.targets import keras as keras_target
from kerasae.exporting.targets import tflite
from kerasae.models.autoencoder import Autoencoder
from kerasae.names import AUTOENCODER, DECODER, ENCODER, IMAGE, classifier_of
from kerasae.playground.card import Card

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class BrowserFiles:
    """Files that LiteRT.js takes.

    Attributes:
        paths: By part: `encoder`, `decoder` and `classifier_<head>`.
        exported: Whether they are the version's own, as they were published.
        precision: Of `contents.PRECISIONS`.
    """

    paths: dict[str, Path]
    exported: bool
    precision: str


def prepare(folder: Path, card: Card, scratch: Path) -> BrowserFiles:
    """The version's own files; of one without any that a browser takes, files made of its weights.

    Versions of format 1 have files for any batch, which LiteRT.js refuses; others
    may have been exported without `.tflite` files.

    Args:
        folder: A version folder whose hashes hold.
        card: Its facts.
        scratch: Folder for files that are made.

    Raises:
        ConfigError: where there is nothing to make them of.
    """
    parts = [ENCODER, DECODER, *map(classifier_of, card.heads)]
    content = manifest.read(folder)
    fixed = {f"{part}{end}" for part in parts for end, batch in tflite.BATCHES.items() if batch}
    takes = {item.path for item in content.functions if item.function in fixed}
    for precision in PRECISIONS:
        own = {part: tflite.path_of(part, precision) for part in parts}
        if takes.issuperset(own.values()):
            return BrowserFiles({part: folder / own[part] for part in parts}, True, precision)
    if keras_target.path_of(AUTOENCODER) not in content.files:
        raise ConfigError(
            f"--saved_model={folder} has neither .tflite files with a fixed batch, which browsers "
            "need, nor Keras files to make them of. A new export of the run has both."
        )
    logger.info("making .tflite files with a fixed batch, which browsers need")
    return _made(folder, card, scratch)


def _made(folder: Path, card: Card, scratch: Path) -> BrowserFiles:
    """Files in float32, of the weights in the version's Keras files."""

    def load(part):
        path = folder / keras_target.path_of(part)
        keras_target.require_contained(path)
        return keras.saving.load_model(path)

    # A head stands on the encoder as one layer.
    stacked = {name: load(classifier_of(name)).layers[-1] for name in card.heads}
    heads = {name: ExportedHead(head, (), ()) for name, head in stacked.items()}
    precision = PRECISIONS[0]
    exported = Exported(Autoencoder.from_model(load(AUTOENCODER)), heads, (precision,))
    golden = arrays.read(folder / GOLDEN, IMAGE)[IMAGE]
    tflite.write(exported, scratch, np.asarray(golden, np.uint8))
    made = [part for part in Contents(tuple(heads)).parts if part != AUTOENCODER]
    paths = {part: scratch / tflite.path_of(part, precision) for part in made}
    return BrowserFiles(paths, False, precision)


def any_batch(part: str) -> str:
    """Name of a part's function that takes many images or codes at once."""
    return f"{part}{tflite.ANY_BATCH}"


def one(part: str) -> str:
    """Name of a part's function that takes one image or code."""
    return next(f"{part}{end}" for end, batch in tflite.BATCHES.items() if batch == 1)
