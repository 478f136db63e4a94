"""Accuracy against the number of labels, by ridge regression on the frozen codes."""

from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.readouts.codes import Codes
from kerasae.readouts.config import ALL
from kerasae.readouts.heads import ridge
from kerasae.readouts.results import ACCURACY

SAMPLES = 5
LABELS, SAMPLE = "labels_per_class", "sample"
FILE = "label_efficiency.csv"


def measure(codes: Codes, counts: tuple[str, ...], seed: int, folder: Path) -> list[dict]:
    """Samples labels, fits ridge, scores on all test codes; writes `label_efficiency.csv`.

    Args:
        codes: Train and test codes.
        counts: Numbers of labels a class, or `all`. Every class gives as many;
            a smaller class gives what it has.
        seed: Of the samples; there are five of each count but `all`.
        folder: Where the table goes.

    Returns:
        The rows: `labels_per_class`, `sample`, `accuracy`.
    """
    rows = []
    for count in counts:
        for sample in range(1 if count == ALL else SAMPLES):
            rng = np.random.default_rng([seed, sample])
            at = _sample(codes.train_labels, count, rng)
            readout = ridge.fit(
                ridge.Config(),
                np.asarray(codes.train[at]),
                codes.train_labels[at],
                len(codes.classes),
                seed,
            )
            correct = readout.predict(np.asarray(codes.test)) == codes.test_labels
            rows.append({LABELS: count, SAMPLE: sample, ACCURACY: float(np.mean(correct))})
    files.write_csv(folder / FILE, [LABELS, SAMPLE, ACCURACY], rows)
    return rows


def _sample(labels: np.ndarray, count: str, rng: np.random.Generator) -> np.ndarray:
    """Positions of `count` labels of each class, sorted."""
    if count == ALL:
        return np.arange(len(labels))
    by_class = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return np.sort(np.concatenate([rng.permutation(own)[: int(count)] for own in by_class]))
