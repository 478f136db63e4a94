"""What the measures of a finished run look at: its data, components, classifiers."""

import dataclasses
import functools
import logging
from typing import Any

import keras
import numpy as np

from kerasae import names
from kerasae.config import ConfigError, require
from kerasae.data.pipeline import Data
from kerasae.data.spec import DatasetSpec
from kerasae.data.split import Split
from kerasae.evaluation import pca
from kerasae.evaluation.config import EvaluationConfig, in_words_of_the_other
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.predict import BATCH
from kerasae.models.autoencoder import Autoencoder
from kerasae.readouts import gradient_fit, training_set_heads
from kerasae.readouts.heads import linear
from kerasae.readouts.readout import KerasReadout, classifiers_on
from kerasae.runs import checks
from kerasae.runs.applied_data import is_own, load_test
from kerasae.runs.open_run import OpenRun
from kerasae.training.seeding import seeded

logger = logging.getLogger(__name__)

PIXELS, PCA = "pixels linear", "pca linear"
# Training of the readout of pixels, which is no head: see `_fit_pixels`.
PIXEL_TRAINING = {"epochs": 20, "batch_size": 500, "learning_rate": 0.01, "weight_decay": 0.0}
PCA_READOUT = linear.Config()


@dataclasses.dataclass(frozen=True)
class Heads:
    """The heads on the run's own dataset, sorted by what the measures can do with them.

    Attributes:
        usable: Those that are Keras models, by name.
        left_out: Names of those that aren't: they have no gradient, and
            predicting every corrupted image anew would take hours.
    """

    usable: dict[str, KerasReadout]
    left_out: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Other:
    """Another dataset beside the run's own.

    Attributes:
        spec: Facts about it.
        test: Its test images.
    """

    spec: DatasetSpec
    test: Split


def load_heads(opened: OpenRun, config: EvaluationConfig) -> Heads:
    """Loads the heads of the run's own dataset, fitting those that aren't there.

    Raises:
        ConfigError: where none of them is a network.
    """
    found = training_set_heads.load_heads(opened, config.heads, config.place, config.seed)
    usable = {name: head for name, head in found.items() if isinstance(head, KerasReadout)}
    if not usable:
        raise ConfigError(
            f"--heads must name one that is a network. Received: {','.join(config.heads)}."
        )
    return Heads(usable, tuple(name for name in found if name not in usable))


def make_subject(
    opened: OpenRun,
    data: Data,
    test: Split,
    heads: Heads,
    other: Other | None,
    config: EvaluationConfig,
) -> Subject:
    """The subject, with baselines fitted beside the heads where there are any.

    Args:
        opened: The run.
        data: Its own dataset.
        test: The test images of it that are measured.
        heads: From `load_heads`; empty where no measure needs them.
        other: From `load_other`; None where no measure needs it.
        config: Which images, and the seed of everything random.
    """
    logger.info("fitting principal components")
    components = pca.fit(data.train, opened.autoencoder.code_size)
    classifiers = classifiers_on(opened.autoencoder.encoder, heads.usable)
    if heads.usable:
        classifiers |= _baselines(data, components, config.seed)
    return Subject(
        autoencoder=opened.autoencoder,
        pca=components,
        train=data.train,
        test=test,
        classifiers=classifiers,
        other=other and other.test.subset(config.max_test_images, config.seed),
        seed=config.seed,
        other_name=other and other.spec.name,
    )


def baseline_settings() -> dict[str, dict[str, Any]]:
    """How the baselines beside the heads are fitted, by their names."""
    return {
        PIXELS: PIXEL_TRAINING | gradient_fit.SCHEDULE,
        PCA: dataclasses.asdict(PCA_READOUT),
    }


def load_other(opened: OpenRun, config: EvaluationConfig) -> Other | None:
    """The other dataset at the run's size; its training images are not looked at.

    Raises:
        ConfigError: where it is the run's own, or has other channels.
    """
    if config.other_dataset is None:
        return None
    checks.check_other_dataset(config.other_dataset, opened.config.data.dataset)
    with in_words_of_the_other():
        spec, test = load_test(opened, config.other())
    require(
        not is_own(opened.record, spec),
        "--other_dataset must hold other images than the run's own.",
        other_dataset=config.other_dataset,
    )
    return Other(spec, test)


def _baselines(data: Data, components: Autoencoder, seed: int) -> dict[str, keras.Model]:
    """A linear readout of the pixels and one of the principal components."""
    image = keras.Input(data.image_shape)
    encoders = {
        PIXELS: (keras.Model(image, keras.layers.Flatten()(image)), _fit_pixels),
        PCA: (components.encoder, functools.partial(linear.fit, PCA_READOUT)),
    }
    classifiers, train = {}, data.train.labelled()
    for name, (encoder, fit) in encoders.items():
        logger.info("fitting the %s", names.classifier_title(name))
        codes = encoder.predict(train.batches(BATCH), verbose=0)
        head = fit(codes, train.labels, len(train.class_names), seed)
        classifiers |= classifiers_on(encoder, {name: head})
    return classifiers


def _fit_pixels(codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int) -> KerasReadout:
    """As the head `linear`, with one scale for all pixels.

    Standardised one by one, pixels of the rim that are hardly ever lit would be
    blown up, and the slightest noise on them would decide the prediction.
    """
    with seeded(seed):
        mean, spread = float(codes.mean()), float(codes.std()) or 1.0
        inputs = keras.Input(codes.shape[1:], name="pixels")
        scaled = keras.layers.Rescaling(1 / spread, -mean / spread)(inputs)
        scores = keras.layers.Dense(num_classes, kernel_initializer="zeros", name="scores")(scaled)
        model = keras.Model(inputs, scores, name="pixels_linear")
        gradient_fit.fit(model, codes, labels, **PIXEL_TRAINING)
    return KerasReadout(model, PIXEL_TRAINING)
