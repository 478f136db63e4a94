"""Accuracy against the number of labels, by ridge regression on the frozen codes."""

from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.readouts.heads import ridge
from kerasae.readouts.results import ACCURACY, Codes

ALL = "all"
DRAWS = 5
LABELS, DRAW = "labels_per_class", "draw"
FILE = "label_efficiency.csv"


def measure(codes: Codes, counts: tuple[str, ...], seed: int, folder: Path) -> list[dict]:
    """Draws labels, fits ridge, scores on all test codes; writes `label_efficiency.csv`.

    Args:
        codes: Train and test codes.
        counts: Numbers of labels a class, or `all`. Every class gives as many;
            a smaller class gives what it has.
        seed: Of the draws; each count but `all` is drawn five times.
        folder: Where the table goes.

    Returns:
        The rows: `labels_per_class`, `draw`, `accuracy`.
    """
    rows = []
    for count in counts:
        for draw in range(1 if count == ALL else DRAWS):
            rng = np.random.default_rng([seed, draw])
            at = _draw(codes.train_labels, count, rng)
            readout = ridge.fit(
                ridge.Config(),
                np.asarray(codes.train[at]),
                codes.train_labels[at],
                len(codes.classes),
                seed,
            )
            right = readout.predict(np.asarray(codes.test)) == codes.test_labels
            rows.append({LABELS: count, DRAW: draw, ACCURACY: float(np.mean(right))})
    files.write_csv(folder / FILE, [LABELS, DRAW, ACCURACY], rows)
    return rows


def _draw(labels: np.ndarray, count: str, rng: np.random.Generator) -> np.ndarray:
    """Positions of `count` labels of each class, sorted."""
    if count == ALL:
        return np.arange(len(labels))
    drawn = [rng.permutation(np.flatnonzero(labels == c))[: int(count)] for c in np.unique(labels)]
    return np.sort(np.concatenate(drawn))
