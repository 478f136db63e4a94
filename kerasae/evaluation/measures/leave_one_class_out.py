"""Anomaly detection of a class that an autoencoder never saw, by its reconstruction error.

For each class a fresh autoencoder of the same layers is trained without it,
briefly, and its error on the test images is the score; the class left out is
the anomaly. Some classes are hard to reconstruct and others easy, seen or not:
a control trained as long on as many images of all classes shows how much of
the area is due to that.
"""

import keras
import numpy as np

from kerasae.config import RunError, require
from kerasae.data import pixels
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import OWN, Measured
from kerasae.evaluation.measures.anomaly import auroc_and_ap
from kerasae.evaluation.measures.reconstruction import errors_per_image
from kerasae.models.autoencoder import Autoencoder
from kerasae.progress_bar import progress_bar
from kerasae.tables import Table
from kerasae.training.execution import steps_per_execution
from kerasae.training.seeding import seeded

TITLE = "Anomaly detection of a class that was left out of training"
NEEDS_LABELS = True
NEEDS_CLASSIFIERS = False
NEEDS_OTHER = False
SLOW = True
IMAGES = 10_000
EPOCHS = 3
BATCH_SIZE = 100
LEARNING_RATE = 0.003
UNITS = {
    "left_out_auroc_mean": "area under the ROC curve, mean over the classes left out",
    "left_out_auroc_lowest": "the same of the class that is detected worst",
    "left_out_auroc_control": "mean over classes of the control's area, which saw them all",
}
# In the table over runs.
COLUMNS = {
    "left_out_auroc_mean": "classes left out, mean AUROC",
    "left_out_auroc_lowest": "classes left out, lowest AUROC",
    "left_out_auroc_control": "classes seen, mean AUROC",
}
CLASSES = "classes"
NOTE = (
    "How often an image of the class has a larger error than one of another class: under an "
    "autoencoder that never saw it, and under one that saw as many images of all classes."
)


def compute(subject: Subject) -> Measured:
    """Trains one autoencoder a class and the control, and scores the test images.

    Returns:
        Summary: see `UNITS`. Table `classes`: `class`, `auroc`,
        `average_precision`, `control_auroc`, `test_images` (of the class).
        Arrays: `errors`, float32 `(classes, test images)`, a row for the
        autoencoder that never saw that class; `control_errors`, `(test
        images,)`; `labels`, `(test images,)`; `classes`, strings, and
        `class_numbers`.

    Raises:
        ConfigError: for training images of fewer than two classes.
    """
    sample = subject.train.subset(IMAGES, subject.seed)
    require(
        len(sample.classes_present) >= 2,
        "leave_one_class_out needs training images of at least two classes.",
        classes=[sample.class_names[number] for number in sample.classes_present],
    )
    images, labels = pixels.to_unit(sample.every_image()).numpy(), sample.labels
    present = subject.test.classes_present
    rng = np.random.default_rng(subject.seed)
    fewer = rng.permutation(len(images))[: len(images) - len(images) // len(present)]
    choices = {None: fewer} | {label: np.flatnonzero(labels != label) for label in present}
    errors = {}
    for label, chosen in progress_bar("leaving out", choices.items()):
        fresh = trained(subject, images[chosen])
        errors[label] = errors_per_image(fresh, subject.test)
        if not np.isfinite(errors[label]).all():
            raise RunError("leave_one_class_out: an autoencoder's weights became NaN in training.")
    rows = [_row(subject, errors, label) for label in present]
    areas = [row["auroc"] for row in rows]
    summary = {
        "left_out_auroc_mean": float(np.mean(areas)),
        "left_out_auroc_lowest": min(areas),
        "left_out_auroc_control": float(np.mean([row["control_auroc"] for row in rows])),
    }
    settings = {
        "training": f"{EPOCHS} epochs of at most {len(images):,} images, batches of {BATCH_SIZE}, "
        f"Adam {LEARNING_RATE}",
    }
    arrays = {
        "errors": np.stack([errors[label] for label in present]),
        "control_errors": errors[None],
        "labels": subject.test.labels,
        "classes": np.array(subject.test.class_names)[present],
        "class_numbers": present,
    }
    shown = tuple(
        (row["class"], row["auroc"], row["control_auroc"], row["test_images"]) for row in rows
    )
    columns = ("class", "AUROC, left out", "AUROC, seen", "test images")
    means = ("mean", summary["left_out_auroc_mean"], summary["left_out_auroc_control"], None)
    table = Table(TITLE, columns, (means, *shown), note=NOTE)
    compared = {OWN: {COLUMNS[name]: value for name, value in summary.items()}}
    return Measured(summary, settings, {CLASSES: rows}, arrays, table, compared)


def trained(subject: Subject, images: np.ndarray) -> Autoencoder:
    """A clone with fresh weights, trained on these images; the subject's stays as it is."""
    with seeded(subject.seed):
        fresh = Autoencoder.from_model(keras.models.clone_model(subject.autoencoder.model))
        fresh.model.compile(
            optimizer=keras.optimizers.Adam(LEARNING_RATE),
            loss=keras.losses.MeanSquaredError(),
            steps_per_execution=steps_per_execution(fresh.model, BATCH_SIZE),
            jit_compile=False,
        )
        fresh.model.fit(images, images, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=0)
    return fresh


def _row(subject: Subject, errors: dict, label: int) -> dict:
    """One class's row of the table."""
    left_out = subject.test.labels == label
    auroc, precision = auroc_and_ap(errors[label][~left_out], errors[label][left_out])
    control, _ = auroc_and_ap(errors[None][~left_out], errors[None][left_out])
    return {
        "class": subject.test.class_names[label],
        "auroc": auroc,
        "average_precision": precision,
        "control_auroc": control,
        "test_images": int(left_out.sum()),
    }
