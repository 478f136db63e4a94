"""Activations of every layer for two images."""

import keras
import numpy as np

from kerasae import names
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import samples
from kerasae.published.experiment import PLAIN, Display

MAX_MAPS = 32
# Operations that only change how a stage's numbers lie: maps are easier to look at.
REARRANGING = (keras.layers.Flatten, keras.layers.Resizing)


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Runs two images through every stage of the model.

    The first of each class that `display` names; without any, or where the split lacks one, of the
    first and of the last class; without labels the first two images.

    Returns:
        `samples`, strings `(n,)`: what the images are; `titles`, strings
        `(stages,)`, from `input` to `output`; `channels`, int64 `(stages,)`:
        maps or numbers that the stage has; and for each stage, counted from 0,
        `stage_<i>`, float32: `(n, height, width, maps)`, at most 32 maps, or
        `(n, numbers)`.
    """
    taken = samples.compute(autoencoder, split, seed)
    at = [samples.find_class(taken, name) for name in display.samples]
    if not at or None in at:
        at = sorted({0, len(taken["names"]) - 1})
    found = stages(autoencoder.model)
    model = keras.Model(autoencoder.model.input, [tensor for _, tensor in found])
    values = [
        keras.ops.convert_to_numpy(keras.ops.cast(value, "float32"))
        for value in model(taken["images"][at], training=False)
    ]
    return {
        "samples": taken["names"][at],
        "titles": np.array([title for title, _ in found]),
        "channels": np.array([value.shape[-1] for value in values]),
        **{
            f"stage_{number}": value[..., :MAX_MAPS] if value.ndim == 4 else value
            for number, value in enumerate(values)
        },
    }


def stages(model: keras.Model) -> list[tuple[str, keras.KerasTensor]]:
    """The graph cut into stages, each begun by a layer with a kernel.

    Nodes are walked rather than layers, since a tied layer is called twice.

    Returns:
        Title and last tensor of each stage, in the order of the data: `input`,
        `layer 1: conv_1`, …, `layer 2: code`, …, `output`.
    """
    titles, tensors, called = [], [], set()
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            operation, output = node.operation, node.outputs[0]
            if not tensors or hasattr(operation, "kernel"):
                again = " transposed" if operation.name in called else ""
                titles.append(f"layer {len(titles)}: {operation.name}{again}")
                tensors.append(output)
                called.add(operation.name)
            if operation.name == names.CODE:
                titles[-1] = f"layer {len(titles) - 1}: {names.CODE}"
            if not isinstance(operation, REARRANGING):
                tensors[-1] = output
    return list(zip(["input", *titles[1:-1], "output"], tensors, strict=True))
