"""What an autoencoder's code has to beat, and the ceiling above it.

| baseline | features |
|---|---|
| `pixels` | the raw pixels |
| `pca` | as many principal components as the code has numbers |
| `untrained` | the same encoder with its initial weights |
| `supervised` | the same encoder trained with labels, for as many epochs, 20 at most: the ceiling |

And one that is no baseline but stands beside them: `fine_tuned`, the trained encoder, trained on
with labels as long and in the same way as `supervised`.
"""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from sklearn.decomposition import PCA

from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.models.autoencoder import build_autoencoder
from kerasae.run_config import TrainingConfig
from kerasae.training import execution
from kerasae.training.fit import make_optimizer
from kerasae.training.seeding import seeded

logger = logging.getLogger(__name__)

BATCH = 500
# With labels an encoder is as good as it gets long before an autoencoder is.
MOST_SUPERVISED_EPOCHS = 20
NAMES = PIXELS, PCA_CODE, UNTRAINED, SUPERVISED = "pixels", "pca", "untrained", "supervised"
FINE_TUNED = "fine_tuned"


def features(
    data: Data, family: str, model_config: Any, training: TrainingConfig
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yields each baseline's name and its train and test features, float32 `(n, features)`.

    Args:
        data: Images that all have labels.
        family: The model family of the run.
        model_config: Its config.
        training: The run's training settings; the supervised encoder is
            trained with the same.
    """
    with seeded(training.seed):
        fresh = build_autoencoder(family, model_config, data.image_shape, training.mixed_precision)
        classifier = _classifier(fresh.encoder, len(data.train.class_names))
    yield from without_model(data, fresh.code_size)
    yield UNTRAINED, _codes(fresh.encoder, data.train), _codes(fresh.encoder, data.test)
    with seeded(training.seed):
        _train_with_labels(classifier, data.train, training)
    yield SUPERVISED, _codes(fresh.encoder, data.train), _codes(fresh.encoder, data.test)


def without_model(data: Data, code_size: int) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """The baselines that need to know nothing of the encoder but the size of its code."""
    train, test = _pixels(data.train), _pixels(data.test)
    yield PIXELS, train, test
    components = min(code_size, *train.shape)
    pca = PCA(components, svd_solver="covariance_eigh").fit(train)
    yield PCA_CODE, pca.transform(train), pca.transform(test)


def fine_tuned(
    encoder: keras.Model, data: Data, training: TrainingConfig
) -> tuple[str, np.ndarray, np.ndarray]:
    """The trained encoder, trained on together with a softmax layer on its code.

    Args:
        encoder: The run's own, which stays as it is: a copy is trained.
        data: Images that all have labels.
        training: The run's training settings, as for `features`.

    Returns:
        Name, and train and test features, float32 `(n, features)`.
    """
    with seeded(training.seed):
        copy = keras.models.clone_model(encoder)
        copy.set_weights(encoder.get_weights())
        _train_with_labels(_classifier(copy, len(data.train.class_names)), data.train, training)
    return FINE_TUNED, _codes(copy, data.train), _codes(copy, data.test)


def _pixels(split: Split) -> np.ndarray:
    batches = [images.reshape(len(images), -1) for images in _arrays(split)]
    return np.concatenate(batches)


def _codes(encoder: keras.Model, split: Split) -> np.ndarray:
    return encoder.predict(split.batches(BATCH), verbose=0)


def _arrays(split: Split) -> Iterator[np.ndarray]:
    return split.batches(BATCH).as_numpy_iterator()


def _classifier(encoder: keras.Model, classes: int) -> keras.Model:
    """Encoder and a softmax layer on the code."""
    scores = keras.layers.Dense(classes, name="scores")(encoder.output)
    return keras.Model(encoder.input, scores)


def _train_with_labels(classifier: keras.Model, train: Split, training: TrainingConfig) -> None:
    """End to end, for as many epochs as the run or fewer."""
    steps = train.steps_per_epoch(training.batch_size)
    epochs = min(training.epochs, MOST_SUPERVISED_EPOCHS)
    logger.info("training the encoder with labels, %d epochs", epochs)
    classifier.compile(
        optimizer=make_optimizer(training, steps * epochs),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,
    )
    plan = execution.plan(classifier, training.batch_size, train.num_images)
    execution.set_train_function(classifier, plan)
    batches = train.labelled_training_batches(plan.images_per_execution, training.seed, 0, epochs)
    with warnings.catch_warnings():
        # A tied layer's second bias takes no part in an encoder.
        warnings.filterwarnings("ignore", "Gradients do not exist")
        classifier.fit(
            batches,
            epochs=epochs,
            steps_per_epoch=plan.executions_per_epoch,
            shuffle=False,
            verbose=0,
        )
