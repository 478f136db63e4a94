"""What the measures of a finished run look at: its data, components, classifiers."""

import dataclasses
import functools
import sys

import keras
import numpy as np

from kerasae.config import ConfigError, DataConfig
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.evaluation import pca
from kerasae.evaluation.answers import BATCH
from kerasae.evaluation.measure import Subject
from kerasae.models.autoencoder import Autoencoder
from kerasae.readouts import gradient_fit
from kerasae.readouts import own_heads as fitted_heads
from kerasae.readouts.heads import linear
from kerasae.readouts.readout import KerasReadout, classifier_on
from kerasae.runs import checks, open_run
from kerasae.runs.open_run import OpenRun
from kerasae.training.seeding import seeded

PIXELS, PCA = "pixels linear", "pca linear"
# Of the readout of pixels, which is no head: see `_fit_pixels`.
PIXEL_TRAINING = {"epochs": 100, "batch_size": 500, "learning_rate": 0.01, "patience": 8}


@dataclasses.dataclass(frozen=True)
class Heads:
    """The heads on the run's own dataset, sorted by what the measures can do with them.

    Attributes:
        usable: Those that are Keras models, by name.
        left_out: Names of those that aren't: they have no gradient, and
            answering for every spoiled image anew would take hours.
    """

    usable: dict[str, KerasReadout]
    left_out: tuple[str, ...]


def own_heads(opened: OpenRun, wanted: tuple[str, ...], data_dir: str | None, seed: int) -> Heads:
    """Loads the heads of the run's own dataset, fitting those that aren't there."""
    own = DataConfig(dataset=opened.config.data.dataset, data_dir=data_dir)
    found = fitted_heads.own_heads(opened, wanted, own, seed)
    usable = {name: head for name, head in found.items() if isinstance(head, KerasReadout)}
    return Heads(usable, tuple(name for name in found if name not in usable))


def make(
    opened: OpenRun, data: Data, heads: Heads, other: Split | None, images: int | None, seed: int
) -> Subject:
    """The subject, with baselines fitted beside the heads where there are any.

    Args:
        opened: The run.
        data: Its own dataset.
        heads: What `own_heads` found; empty where no measure needs them.
        other: Test images of another dataset.
        images: At most so many test images of each dataset are drawn; all where
            None.
        seed: Of everything random.
    """
    print("fitting principal components", file=sys.stderr)
    components = pca.fit(data.train, opened.autoencoder.code_size)
    classifiers = {
        name: classifier_on(opened.autoencoder.encoder, head) for name, head in heads.usable.items()
    }
    if heads.usable:
        classifiers |= _baselines(data, components, seed)
    return Subject(
        autoencoder=opened.autoencoder,
        pca=components,
        train=data.train,
        test=data.test.subset(images, seed),
        classifiers=classifiers,
        other=other and other.subset(images, seed),
        seed=seed,
    )


def load_other(
    opened: OpenRun, dataset: str | None, data_dir: str | None, download: bool
) -> Split | None:
    """Test images of another dataset, at the run's size.

    Raises:
        ConfigError: where it is the run's own, or has other channels.
    """
    if dataset is None:
        return None
    checks.check_other_dataset(dataset, opened.config.data.dataset)
    # Its training images are not looked at: one is the least that can be asked for.
    wanted = DataConfig(dataset=dataset, data_dir=data_dir, download=download, max_examples=1)
    try:
        return open_run.load_data(opened, wanted, resize=True)[0].test
    except ConfigError as error:
        raise ConfigError(f"--other_dataset={dataset}: {error}") from None


def _baselines(data: Data, components: Autoencoder, seed: int) -> dict[str, keras.Model]:
    """A linear readout of the pixels and one of the principal components."""
    image = keras.Input(data.image_shape)
    encoders = {
        PIXELS: (keras.Model(image, keras.layers.Flatten()(image)), _fit_pixels),
        PCA: (components.encoder, functools.partial(linear.fit, linear.Config())),
    }
    classifiers = {}
    for name, (encoder, fit) in encoders.items():
        print(f"fitting {name}", file=sys.stderr)
        codes = encoder.predict(data.train.batches(BATCH), verbose=0)
        head = fit(codes, data.train.labels, len(data.train.class_names), seed)
        classifiers[name] = classifier_on(encoder, head)
    return classifiers


def _fit_pixels(codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int) -> KerasReadout:
    """As the head `linear`, with one scale for all pixels.

    Standardised one by one, pixels of the rim that are hardly ever lit would be
    blown up, and the slightest noise on them would decide the answer.
    """
    with seeded(seed):
        mean, spread = float(codes.mean()), float(codes.std()) or 1.0
        inputs = keras.Input(codes.shape[1:], name="pixels")
        scaled = keras.layers.Rescaling(1 / spread, -mean / spread)(inputs)
        scores = keras.layers.Dense(num_classes, kernel_initializer="zeros", name="scores")(scaled)
        model = keras.Model(inputs, scores, name="pixels_linear")
        gradient_fit.fit(model, codes, labels, seed=seed, **PIXEL_TRAINING)
    return KerasReadout(model, PIXEL_TRAINING)
