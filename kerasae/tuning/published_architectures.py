"""The published architectures beside a search: their places in its space and their sizes."""

import dataclasses

from kerasae.config import ConfigError
from kerasae.models.autoencoder import build_autoencoder
from kerasae.published import experiments
from kerasae.run_config import RunConfig
from kerasae.training.seeding import seeded
from kerasae.tuning import sizes
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.description import PublishedArchitecture


def configs(base: RunConfig, image_size: tuple[int, int]) -> dict[str, RunConfig]:
    """The published architectures of a search's family, by title, as runs on the search's data.

    Model, optimizer, rates and batches are the published ones; data, epochs
    and seed are the search's. One that the images don't fit is left out.
    """
    found = {}
    for experiment in experiments.load_all():
        try:
            overrides = {"dataset": base.data.dataset}
            published = experiment.config(base.training.seed, overrides)
            published.model_config.check_image_size(image_size)
        except ConfigError:
            continue
        if published.model == base.model:
            training = dataclasses.replace(published.training, epochs=base.training.epochs)
            found[experiment.title] = dataclasses.replace(
                published, data=base.data, training=training
            )
    return found


def describe(
    candidates: Candidates, image_shape: tuple[int, int, int]
) -> tuple[PublishedArchitecture, ...]:
    """Name, place in the space and sizes of each."""
    described = []
    for title, config in configs(candidates.base, image_shape[:2]).items():
        with seeded(config.training.seed):
            autoencoder = build_autoencoder(config.model, config.model_config, image_shape)
        values = candidates.values_of(config)
        described.append(PublishedArchitecture(title, values, **sizes.measure(autoencoder)))
    return tuple(described)
