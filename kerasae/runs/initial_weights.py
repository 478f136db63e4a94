"""Weights of an earlier training that a run begins with, in place of random ones."""

import logging
from pathlib import Path

import numpy as np

from kerasae.config import ConfigError, RunError
from kerasae.data import content
from kerasae.models import retying
from kerasae.models.autoencoder import Autoencoder, load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.runs.record import InitialWeights

logger = logging.getLogger(__name__)


def begin(run: RunDir, autoencoder: Autoencoder, path: Path | None) -> InitialWeights | None:
    """Gives a run's fresh model its initial weights; does nothing where it goes on from an epoch.

    A run that was begun before keeps to what it was begun with, wherever that
    lies now.

    Args:
        run: The run's directory.
        autoencoder: Freshly built.
        path: The `.keras` file that was asked for, see `kerasae.verbs.initial_weights`; None
            where none was.

    Returns:
        What the run begins with; None for random weights.

    Raises:
        ConfigError: for weights of other shapes, or others than the run was begun with.
        RunError: for a file that is damaged or missing.
    """
    begun = record.read(run).initial if run.config.exists() else None
    if run.config.exists() and begun is None and path is not None:
        raise ConfigError(
            f"--init_from goes with a new run; the one in {run.path} was begun with random weights."
        )
    if begun is None and path is None:
        return None
    if path is None:
        if run.model.exists():
            return begun
        path = Path(begun.path)
    weights = _weights(path, autoencoder)
    found = InitialWeights(str(path), _digest(weights))
    if begun is not None and found.content != begun.content:
        raise ConfigError(
            f"The run in {run.path} was begun with other weights than {path} holds now: with the "
            f"content {begun.content} of {begun.path}, now {found.content}."
        )
    if not run.model.exists():
        logger.info("beginning with the weights of %s", path)
        autoencoder.model.set_weights(weights)
    return begun or found


def _weights(path: Path, wanted: Autoencoder) -> list[np.ndarray]:
    """The weights in a file; raises ConfigError where they are of other shapes than wanted."""
    try:
        model = load_autoencoder(path).model
    except RunError as error:
        raise RunError(f"--init_from: {error}") from error
    weights = retying.weights(model, wanted.model)
    if weights is None:
        weights = model.get_weights()
    shapes = [tuple(weight.shape) for weight in weights]
    needed = [tuple(weight.shape) for weight in wanted.model.weights]
    if shapes != needed:
        raise ConfigError(
            f"--init_from={path} holds the weights of another model: {_words(shapes)}. The run's "
            f"own are {_words(needed)}."
        )
    return weights


def _digest(weights: list[np.ndarray]) -> str:
    """Digest of what the weights are, wherever they lie."""
    facts = {"shapes": [weight.shape for weight in weights]}
    return content.digest(facts, (np.ascontiguousarray(weight).tobytes() for weight in weights))


def _words(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join("x".join(map(str, shape)) for shape in shapes)
