"""A training that reads and writes no file."""

import numpy as np

from kerasae import objectives
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import Autoencoder, build_autoencoder, in_float32
from kerasae.run_config import RunConfig
from kerasae.training.fit import fit
from kerasae.training.progress import ProgressBar
from kerasae.training.seeding import seeded


def train(config: RunConfig, images: np.ndarray, verbose: bool = False) -> Autoencoder:
    """Trains an autoencoder on images in memory.

    Args:
        config: Of the model, its training and the objective; `data` decides nothing.
        images: uint8 `(n, height, width, channels)`.
        verbose: Whether to show a progress bar.

    Returns:
        The model of the last epoch, computing in float32.

    Raises:
        RunError: for a loss that is no longer a number.
    """
    mixed = config.training.mixed_precision
    with seeded(config.training.seed):
        autoencoder = build_autoencoder(
            config.model,
            config.model_config,
            images.shape[1:],
            mixed,
            objectives.bottleneck(config),
        )
        fit(
            autoencoder,
            MemorySplit(images),
            None,
            config.training,
            objectives.make(config.training_objective, config.objective_config),
            [ProgressBar()] if verbose else [],
        )
        if mixed:
            bottleneck = objectives.bottleneck(config)
            autoencoder = in_float32(autoencoder, config.model, config.model_config, bottleneck)
    return autoencoder
