"""Accuracy of a readout, and what is behind it, ready for JSON."""

from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support


def score(labels: np.ndarray, predicted: np.ndarray, classes: tuple[str, ...]) -> dict[str, Any]:
    """Accuracy and what is behind it.

    Args:
        labels: True class numbers, `(n,)`.
        predicted: Predicted class numbers, `(n,)`.
        classes: Names, indexed by class number.

    Returns:
        `accuracy` (share of correct predictions), `classes`, `precision` and `recall`
        per class (0 where undefined), `confusion` (counts, a row a true class,
        a column a predicted one), `test_images`.
    """
    numbers = np.arange(len(classes))
    precision, recall, _, _ = precision_recall_fscore_support(
        labels, predicted, labels=numbers, zero_division=0
    )
    return {
        "accuracy": float(np.mean(labels == predicted)),
        "classes": list(classes),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "confusion": confusion_matrix(labels, predicted, labels=numbers).tolist(),
        "test_images": len(labels),
    }
