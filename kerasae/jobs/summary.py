"""The model that a run would train, built and looked at; nothing is written."""

import dataclasses

from kerasae import objectives
from kerasae.data import pipeline
from kerasae.models import summary
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.footprint import require_buildable
from kerasae.run_config import RunConfig


def summarize(config: RunConfig) -> str:
    """A line for each call of a layer, with shapes and parameters.

    Args:
        config: The run; its dataset says how large images are, and isn't downloaded.

    Raises:
        ConfigError: where the dataset isn't there, or its images don't fit the model.
    """
    data = dataclasses.replace(config.data, download=False)
    shape = pipeline.image_shape(pipeline.open_source(data).spec, data)
    require_buildable(config, shape[:2])
    bottleneck = objectives.bottleneck(config)
    return summary.text(
        build_autoencoder(config.model, config.model_config, shape, bottleneck=bottleneck)
    )
