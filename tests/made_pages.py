"""An export of any shape, by the code that writes exports, without a training."""

import dataclasses
from pathlib import Path

import numpy as np

from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import tflite
from kerasae.names import DECODER, ENCODER
from kerasae.playground import browser_files
from kerasae.playground.browser_files import BrowserFiles
from kerasae.playground.card import (
    Card,
    Code,
    Data,
    Dataset,
    Image,
    Settings,
    Tensor,
    TriedFunction,
)

# Input and output of each function.
ENDS = (Tensor("in", "float32"), Tensor("out", "float32"))


@dataclasses.dataclass(frozen=True)
class Made:
    """An untrained model with its files."""

    card: Card
    files: BrowserFiles
    exported: Exported
    images: np.ndarray


def small_card(shape: tuple[int, int, int], size: int = 4, **data: str) -> Card:
    """The facts of such a model; `data` are its data flags."""
    return Card(
        name="made",
        version=1,
        settings=Settings({"dataset": "digits", **data}),
        data=Data(Dataset("digits")),
        image=Image(*shape),
        code=Code(size),
        ranges={"code": (-1.0, 1.0)},
        heads={},
        functions=tuple(
            TriedFunction(tflite.path_of(part, "float32"), browser_files.one(part), *ENDS)
            for part in (ENCODER, DECODER)
        ),
    )  # fmt: skip


def write_parts(folder: Path, shape: tuple[int, int, int]) -> Made:
    """Files of an untrained model with a spatial code.

    Args:
        folder: For the files.
        shape: Of its images.
    """
    import keras

    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.models.families import all_convolutional

    keras.utils.set_random_seed(0)
    config = all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3), strides=(2, 2))
    exported = Exported(
        build_autoencoder("all_convolutional", config, shape), precisions=("float32",)
    )
    images = np.random.default_rng(0).integers(0, 256, (5, *shape), np.uint8)
    tflite.write(exported, folder, images)
    card = small_card(shape, exported.autoencoder.code_size)
    paths = {part: folder / tflite.path_of(part, "float32") for part in (ENCODER, DECODER)}
    return Made(card, BrowserFiles(paths, True, "float32"), exported, images)
