"""Anomaly detection: the reconstruction error of the run's own kind of image against others.

The others are another dataset's test images and uniform noise. Beside the
autoencoder's error stand two scores that any model should beat: the error of
as many principal components, and the squared distance from the mean image,
which shows how much brightness and contrast alone give away.
"""

from collections.abc import Callable

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from kerasae.data.split import MemorySplit, Split
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import OWN as OWN_MODEL
from kerasae.evaluation.measured import Comparison, Measured, identifier
from kerasae.evaluation.measures.reconstruction import errors_per_image
from kerasae.evaluation.predict import BATCH
from kerasae.models.autoencoder import Autoencoder
from kerasae.tables import Table

TITLE = "Anomaly detection by the reconstruction error"
NEEDS_LABELS = False
NEEDS_CLASSIFIERS = False
NEEDS_OTHER = True  # and does with noise alone where there is none
SLOW = False
OWN, OTHER, NOISE = "own", "other", "noise"
AUTOENCODER, PCA, MEAN = "autoencoder", "pca", "mean image"
UNITS = {
    "anomaly_auroc_*": "area under the ROC curve: how often an anomaly's score is above an own "
    "image's",
    "anomaly_ap_*": "average precision, anomalies being the positive class",
}
SCORES = "scores"
NOISE_TITLE = "uniform noise"
AREAS = {"auroc": "AUROC", "average_precision": "average precision"}
SCORE_TITLES = {
    AUTOENCODER: "error of the autoencoder",
    PCA: "error of PCA",
    MEAN: "distance from the mean image",
}
NOTE = (
    "AUROC: how often an anomaly's score is above an own image's. Average precision: the anomalies "
    "are the positive class."
)


def compute(subject: Subject) -> Measured:
    """Scores every image of every kind, and compares each kind with the run's own.

    Returns:
        Summary: `anomaly_auroc_<kind>_<score>` and `anomaly_ap_<kind>_<score>`,
        kinds `other` (where there is another dataset) and `noise`, scores
        `autoencoder`, `pca` and `mean_image`. Table `scores`: `anomaly`,
        `score`, `auroc`, `average_precision`, `own_images`,
        `anomalous_images`. Arrays: `<kind>_<score>`, float32 `(n,)`, error or
        distance per pixel of every image, kind `own` too.
    """
    kinds = {OWN: subject.test, OTHER: subject.other, NOISE: uniform_noise(subject)}
    kinds = {kind: split for kind, split in kinds.items() if split is not None}
    rows, summary, arrays = [], {}, {}
    for name, score in _scores(subject).items():
        part = identifier(name)
        found = {kind: score(split) for kind, split in kinds.items()}
        arrays |= {f"{kind}_{part}": values for kind, values in found.items()}
        for kind in [kind for kind in kinds if kind != OWN]:
            auroc, precision = auroc_and_ap(found[OWN], found[kind])
            rows.append({
                "anomaly": kind, "score": name, "auroc": auroc, "average_precision": precision,
                "own_images": len(found[OWN]), "anomalous_images": len(found[kind]),
            })  # fmt: skip
            summary[f"anomaly_auroc_{kind}_{part}"] = auroc
            summary[f"anomaly_ap_{kind}_{part}"] = precision
    settings = {"noise images": f"{subject.test.num_images:,}, uniform in [0, 1]"}
    titles = {OTHER: subject.other_name, NOISE: NOISE_TITLE}
    table, compared = _table(rows, titles), _compared(rows, titles)
    return Measured(summary, settings, {SCORES: rows}, arrays, table, compared)


def _table(rows: list[dict], titles: dict[str, str]) -> Table:
    """A row for each kind of anomaly and each score."""
    shown = tuple(
        (titles[row["anomaly"]], SCORE_TITLES[row["score"]], row["auroc"],
         row["average_precision"], row["own_images"], row["anomalous_images"])
        for row in rows
    )  # fmt: skip
    columns = ("anomaly", "score", *AREAS.values(), "own images", "anomalous")
    return Table(TITLE, columns, shown, note=NOTE)


def _compared(rows: list[dict], titles: dict[str, str]) -> Comparison:
    """Both areas of each kind of anomaly, by the model or the baseline whose score it is.

    Columns name the dataset: areas beside images of different ones aren't alike.
    """
    found: Comparison = {}
    for row in rows:
        owner = OWN_MODEL if row["score"] == AUTOENCODER else row["score"]
        for name, title in AREAS.items():
            column = f"anomalies of {titles[row['anomaly']]}, {title}"
            found.setdefault(owner, {})[column] = row[name]
    return found


def auroc_and_ap(own: np.ndarray, anomalous: np.ndarray) -> tuple[float, float]:
    """AUROC and average precision of scores that should be higher for the anomalous."""
    anomaly = np.repeat([0, 1], [len(own), len(anomalous)])
    scores = np.concatenate([own, anomalous])
    return float(roc_auc_score(anomaly, scores)), float(average_precision_score(anomaly, scores))


def uniform_noise(subject: Subject) -> Split:
    """As many images of uniform noise as there are test images."""
    shape = (subject.test.num_images, *subject.test.image_shape)
    return MemorySplit(np.random.default_rng(subject.seed).integers(0, 256, shape, np.uint8))


def _scores(subject: Subject) -> dict[str, Callable[[Split], np.ndarray]]:
    """From a split to one score an image, by name."""
    return {
        AUTOENCODER: lambda split: errors_per_image(subject.autoencoder, split),
        PCA: lambda split: errors_per_image(subject.pca, split),
        MEAN: lambda split: _distances(mean_image(subject.pca), split),
    }


def mean_image(pca: Autoencoder) -> np.ndarray:
    """Reconstruction of the components' centre, `(height, width, channels)`."""
    return pca.decoder(np.zeros((1, pca.code_size), np.float32), training=False).numpy()[0]


def _distances(mean: np.ndarray, split: Split) -> np.ndarray:
    """Mean squared distance per pixel from one image, float32 `(n,)`."""
    return np.concatenate([
        np.mean((images - mean) ** 2, axis=(1, 2, 3))
        for images in split.batches(BATCH).as_numpy_iterator()
    ])  # fmt: skip
