"""Labels as a dataset's files have them: read without decoding an image, and checked."""

import numpy as np

from kerasae.config import RunError
from kerasae.data.damage import readable
from kerasae.data.spec import UNLABELLED, DatasetSpec, Source
from kerasae.data.untuned import untuned


def read(source: Source, split: str) -> np.ndarray:
    """Every label of a split, without decoding an image."""
    everything = np.arange(source.spec.sizes[split])
    labels = source.records(split, everything).map(lambda _, label: label).batch(10_000)
    with readable(source.spec.name, source.find_damage):
        found = np.concatenate(list(untuned(labels).as_numpy_iterator()))
    return checked(found, source.spec)


def checked(labels: np.ndarray, spec: DatasetSpec) -> np.ndarray:
    """Labels of which each is a class, or -1; raises RunError for others."""
    beyond = labels[(labels < UNLABELLED) | (labels >= len(spec.classes or ()))]
    if len(beyond):
        raise RunError(
            f"The files of {spec.name} are damaged: an image has the label {beyond[0]}, and there "
            f"are {len(spec.classes or ())} classes."
        )
    return labels
