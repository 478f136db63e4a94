"""Psychometric curves: accuracy of every classifier against the level of a corruption.

As in the lab that the report "Cognition Computation" replicates; the report
itself announces the section and leaves it empty. Whether noisy pixels are
clipped to [0, 1] changes everything, so both are measured.
"""

import numpy as np

from kerasae import names
from kerasae.data.corruption import CORRUPTIONS
from kerasae.evaluation import measured, psychometric
from kerasae.evaluation.measure import Subject
from kerasae.evaluation.measured import Measured, identifier
from kerasae.evaluation.predict import BATCH, predictions_fn
from kerasae.progress_bar import progress_bar
from kerasae.tables import Table

TITLE = "Noise: level at which accuracy is half-way to chance"
NEEDS_LABELS = True
NEEDS_CLASSIFIERS = True
NEEDS_OTHER = False
SLOW = False
LEVELS = {
    "gaussian_unclipped": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5),
    "gaussian_clipped": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5),
    "salt_and_pepper": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0),
    "occlusion": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7),
}
LEVEL_UNITS = {
    "gaussian_unclipped": "standard deviation of the noise, pixels not clipped",
    "gaussian_clipped": "standard deviation of the noise, pixels clipped to [0, 1]",
    "salt_and_pepper": "share of pixels set to 0 or 1",
    "occlusion": "share of the image covered in grey",
}
UNITS = {
    f"noise_threshold_{kind}_*": f"{unit}, at which accuracy is half-way to chance"
    for kind, unit in LEVEL_UNITS.items()
}
CURVES, FITS = "curves", "fits"
NOTE = (
    "Gaussian noise: its standard deviation. Salt and pepper: share of pixels set to 0 or 1. "
    "Occlusion: share of the image covered in grey. Beyond the largest and below the "
    "least level that was tried no threshold was measured."
)


def compute(subject: Subject) -> Measured:
    """Measures every classifier on every test image at every level of every corruption.

    All classifiers see the same spoiled images, random by seed, kind and level.

    Returns:
        Summary: `noise_threshold_<corruption>_<classifier>`, NaN outside of the levels.
        Tables: `curves` (`corruption`, `level`, `classifier`, `accuracy`) and `fits`
        (`corruption`, `classifier`, `threshold`, `slope`, `clean`, `chance`,
        `residual`; see `psychometric.Psychometric`).
    """
    curves = _curves(subject)
    fits, summary = [], {}
    for kind in LEVELS:
        for name in subject.classifiers:
            rows = [row for row in curves if (row["corruption"], row["classifier"]) == (kind, name)]
            fitted = psychometric.fit(
                [row["level"] for row in rows], [row["accuracy"] for row in rows], subject.chance
            )
            fits.append({"corruption": kind, "classifier": name, **vars(fitted)})
            summary[f"noise_threshold_{kind}_{identifier(name)}"] = _tried(kind, fitted.threshold)
    settings = {
        "level units": LEVEL_UNITS,
        "fit": "falling logistic of the logarithm of the level",
        "chance": round(subject.chance, 4),
    }
    return Measured(
        summary,
        settings,
        {CURVES: curves, FITS: fits},
        shown=_thresholds(fits),
        compared=measured.of_classifiers({
            f"noise threshold, {names.title(kind)}": {
                fit["classifier"]: _tried(kind, fit["threshold"])
                for fit in fits if fit["corruption"] == kind
            }
            for kind in LEVELS
        }),
    )  # fmt: skip


def _tried(kind: str, threshold: float) -> float:
    """The threshold; NaN outside of the levels that were tried, where it is a guess."""
    least, highest = LEVELS[kind][1], LEVELS[kind][-1]  # The first is 0.
    return threshold if least <= threshold <= highest else float("nan")


def _thresholds(fits: list[dict]) -> Table:
    """Thresholds: a row for each corruption, a column for each classifier."""
    classifiers = tuple(dict.fromkeys(fit["classifier"] for fit in fits))
    levels = {(fit["corruption"], fit["classifier"]): fit["threshold"] for fit in fits}
    rows = tuple(
        (names.title(kind), *(_cell(kind, levels[kind, name]) for name in classifiers))
        for kind in LEVELS
    )
    return Table(TITLE, ("corruption", *map(names.classifier_title, classifiers)), rows, note=NOTE)


def _cell(kind: str, threshold: float) -> float | str:
    """A threshold for the table, or why there is none."""
    if np.isnan(threshold):
        return "not found"
    if np.isnan(_tried(kind, threshold)):
        least, highest = LEVELS[kind][1], LEVELS[kind][-1]
        return f"beyond {highest}" if threshold > highest else f"below {least}"
    return threshold


def _curves(subject: Subject) -> list[dict]:
    """The rows of the table `curves`."""
    predictions = predictions_fn(subject.classifiers)
    clean = _accuracies(subject, predictions, lambda images: images)
    curves = []
    total = sum(level > 0 for levels in LEVELS.values() for level in levels)
    with progress_bar("noise", total=total) as bar:
        for number, (kind, levels) in enumerate(LEVELS.items()):
            for level in levels:
                accuracies = clean
                if level:
                    accuracies = _spoiled(subject, predictions, kind, level, number)
                    bar.update()
                curves += [
                    {"corruption": kind, "level": level, "classifier": name, "accuracy": accuracy}
                    for name, accuracy in accuracies.items()
                ]
    return curves


def _spoiled(subject, predictions, kind: str, level: float, number: int) -> dict[str, float]:
    """Accuracy of every classifier at one level of one corruption."""
    rng = np.random.default_rng([subject.seed, number, round(level * 1000)])
    return _accuracies(subject, predictions, lambda images: CORRUPTIONS[kind](images, level, rng))


def _accuracies(subject: Subject, predictions, spoil) -> dict[str, float]:
    """Accuracy of every classifier on the test images, spoiled."""
    correct = dict.fromkeys(subject.classifiers, 0)
    first = 0
    for images in subject.test.batches(BATCH).as_numpy_iterator():
        labels = subject.test.labels[first : first + len(images)]
        for name, predicted in predictions(spoil(images)).items():
            correct[name] += int(np.sum(predicted.numpy() == labels))
        first += len(images)
    return {name: count / subject.test.num_images for name, count in correct.items()}
