"""Accuracy against the number of labels, by ridge regression on the frozen codes."""

import numpy as np

from kerasae.readouts.codes import Codes
from kerasae.readouts.config import ALL
from kerasae.readouts.curves import LabelRow
from kerasae.readouts.heads import ridge

SAMPLES = 5


def measure(codes: Codes, counts: tuple[str, ...], seed: int) -> tuple[LabelRow, ...]:
    """Samples labels, fits ridge and scores it on all test codes.

    Args:
        codes: Train and test codes.
        counts: Numbers of labels a class, or `all`. Every class gives as many;
            a smaller class gives what it has.
        seed: Draws the samples, five of each count but `all`.
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
            rows.append(LabelRow(count, sample, float(np.mean(correct))))
    return tuple(rows)


def _sample(labels: np.ndarray, count: str, rng: np.random.Generator) -> np.ndarray:
    """Positions of `count` labels of each class, sorted."""
    if count == ALL:
        return np.arange(len(labels))
    by_class = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return np.sort(np.concatenate([rng.permutation(own)[: int(count)] for own in by_class]))
