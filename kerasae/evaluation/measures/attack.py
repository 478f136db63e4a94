"""Gradient-sign attack through encoder and head, on every classifier that has a gradient.

Goodfellow, Shlens, Szegedy, "Explaining and Harnessing Adversarial Examples"
(ICLR 2015): one step of a given size in the direction of the sign of the
loss's gradient, for each image. Here the step starts from the clean image, the
loss is cross-entropy with the true class, and the result is clipped to [0, 1].
Each classifier is attacked through itself. Steps of random signs are measured
beside it, to separate the harm of the direction from that of the size.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasae import names
from kerasae.evaluation import measured
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import Measured, identifier
from kerasae.evaluation.predict import BATCH, predict_fn
from kerasae.perturbations.gradient_sign import direction_fn, step
from kerasae.progress_bar import progress_bar
from kerasae.tables import Table

TITLE = "Gradient-sign attack"
NEEDS_LABELS = True
NEEDS_CLASSIFIERS = True
NEEDS_OTHER = False
SLOW = False
SIZES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
SHOWN_SIZE = 0.1  # of the examples, and of the accuracy in the summary
GRADIENT, RANDOM = "gradient sign", "random sign"
UNITS = {
    "attack_half_size_*": "step per pixel, of images in [0, 1], at which accuracy is half-way "
    "to chance, between the measured sizes by straight lines",
    f"attack_accuracy_{SHOWN_SIZE}_*": f"accuracy after a step of {SHOWN_SIZE} per pixel",
}
CURVES = "curves"
NOTE = (
    "Steps are per pixel, of images in [0, 1]. Half-way between clean accuracy and chance: between "
    "the measured sizes by straight lines."
)


def compute(subject: Subject) -> Measured:
    """Attacks every classifier with every size on every test image.

    Returns:
        Summary: `attack_half_size_<classifier>`, NaN where the largest size
        does not do it, and `attack_accuracy_0.1_<classifier>`. Table `curves`:
        `classifier`, `direction` (`gradient sign` or `random sign`), `size`,
        `accuracy`. Arrays: see `_examples`.
    """
    rows = []
    total = len(subject.classifiers) * subject.test.steps_per_epoch(BATCH)
    with progress_bar("attack", total=total) as bar:
        for name, classifier in subject.classifiers.items():
            rows += _attack_all(subject, name, classifier, bar)
    summary = {}
    for name in subject.classifiers:
        accuracy = {
            row["size"]: row["accuracy"]
            for row in rows
            if (row["classifier"], row["direction"]) == (name, GRADIENT)
        }
        part = identifier(name)
        summary[f"attack_half_size_{part}"] = half_size(accuracy, subject.chance)
        summary[f"attack_accuracy_{SHOWN_SIZE}_{part}"] = accuracy[SHOWN_SIZE]
    settings = {
        "attack": "one gradient-sign step through encoder and head, clipped to [0, 1]",
        "examples' size": SHOWN_SIZE,
        "chance": round(subject.chance, 4),
    }
    return Measured(
        summary,
        settings,
        {CURVES: rows},
        _examples(subject),
        shown=_table(rows, subject.chance),
        compared=measured.of_classifiers({
            f"{titled}, {GRADIENT} attack": {
                name: summary[f"{prefix}_{identifier(name)}"] for name in subject.classifiers
            }
            for titled, prefix in (
                ("half size", "attack_half_size"),
                (f"accuracy after {SHOWN_SIZE}", f"attack_accuracy_{SHOWN_SIZE}"),
            )
        }),
    )  # fmt: skip


def _table(rows: list[dict], chance: float) -> Table:
    """A row a classifier: its accuracy before and after, and the size of the half-way step."""
    shown = []
    for name in dict.fromkeys(row["classifier"] for row in rows):
        reached = {
            (row["direction"], row["size"]): row["accuracy"]
            for row in rows if row["classifier"] == name
        }  # fmt: skip
        half = half_size({size: reached[GRADIENT, size] for size in SIZES}, chance)
        sized = (reached[kind, SHOWN_SIZE] for kind in (GRADIENT, RANDOM))
        beyond = f"beyond {SIZES[-1]}"
        shown.append((names.classifier_title(name), reached[GRADIENT, 0.0], *sized,
                      beyond if np.isnan(half) else half))  # fmt: skip
    columns = ("classifier", "accuracy", f"after a step of {SHOWN_SIZE}", "of random signs",
               "half-way to chance at")  # fmt: skip
    return Table(TITLE, columns, tuple(shown), note=NOTE)


def half_size(accuracy: dict[float, float], chance: float) -> float:
    """The first size at which accuracy is half-way from its clean value to chance.

    Args:
        accuracy: By size, sizes rising from 0.
        chance: Accuracy of guessing.

    Returns:
        Interpolated between sizes; NaN where accuracy stays above.
    """
    sizes, values = np.array(list(accuracy)), np.array(list(accuracy.values()))
    middle = (values[0] + chance) / 2
    below = np.flatnonzero(values <= middle)
    if values[0] <= chance or not len(below):
        return float("nan")
    last, first = below[0], below[0] - 1
    return float(np.interp(middle, values[[last, first]], sizes[[last, first]]))


def _attack_all(subject: Subject, name: str, classifier: keras.Model, bar) -> list[dict]:
    """One classifier's rows of the table."""
    direction, predict = direction_fn(classifier), predict_fn(classifier)
    rng = np.random.default_rng(subject.seed)
    correct = {(kind, size): 0 for kind in (GRADIENT, RANDOM) for size in SIZES}
    first = 0
    for images in subject.test.batches(BATCH):
        labels = subject.test.labels[first : first + len(images)]
        signs = {
            GRADIENT: direction(images, labels),
            RANDOM: tf.constant(rng.choice(np.float32([-1, 1]), images.shape)),
        }
        for kind, size in correct:
            predicted = predict(step(images, signs[kind], size)).numpy()
            correct[kind, size] += int(np.sum(predicted == labels))
        first += len(images)
        bar.update()
    return [
        {"classifier": name, "direction": kind, "size": size,
         "accuracy": count / subject.test.num_images}
        for (kind, size), count in correct.items()
    ]  # fmt: skip


def _examples(subject: Subject) -> dict[str, np.ndarray]:
    """One image of each class before and after, for the figure.

    Returns:
        `images`, `reconstructions`: float32 `(classes, height, width, channels)`;
        `attacked`, `attacked_reconstructions`: the same with a first axis of
        classifiers; `predictions`, `attacked_predictions`: class names, strings
        `(classifiers, classes)`; `classifiers`, `classes`: names; `size`.
    """
    images, labels = _first_of_each_class(subject)
    class_names = np.array(subject.test.class_names)
    attacked, predictions, attacked_predictions = [], [], []
    for classifier in subject.classifiers.values():
        predict = predict_fn(classifier)
        spoiled = step(images, direction_fn(classifier)(images, labels), SHOWN_SIZE)
        attacked.append(spoiled.numpy())
        predictions.append(class_names[predict(images).numpy()])
        attacked_predictions.append(class_names[predict(spoiled).numpy()])
    reconstruct = subject.autoencoder.model
    return {
        "images": images.numpy(),
        "reconstructions": reconstruct(images, training=False).numpy(),
        "attacked": np.stack(attacked),
        "attacked_reconstructions": np.stack(
            [reconstruct(spoiled, training=False).numpy() for spoiled in attacked]
        ),
        "predictions": np.stack(predictions),
        "attacked_predictions": np.stack(attacked_predictions),
        "classifiers": np.array(list(subject.classifiers)),
        "classes": class_names[labels],
        "size": np.array(SHOWN_SIZE),
    }


def _first_of_each_class(subject: Subject) -> tuple[tf.Tensor, np.ndarray]:
    """The first test image of every class, and its label."""
    labels, positions = np.unique(subject.test.labels, return_index=True)
    found = {}
    first = 0
    for images in subject.test.batches(BATCH):
        for position in positions[(positions >= first) & (positions < first + len(images))]:
            found[int(position)] = images[int(position) - first]
        first += len(images)
        if len(found) == len(positions):
            break
    return tf.stack([found[int(position)] for position in positions]), labels
