import json

import numpy as np
import pytest

from kerasae.readouts.scores import score


def test_by_hand():
    """Nobody is taken for a unicorn, and none is there."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    predicted = np.array([0, 0, 0, 1, 1, 1, 0, 0])
    result = score(labels, predicted, ("cat", "dog", "hen", "unicorn"))
    assert result["confusion"] == [[3, 1, 0, 0], [1, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert result["accuracy"] == 5 / 8
    assert result["precision"] == pytest.approx([3 / 5, 2 / 3, 0, 0])
    assert result["recall"] == pytest.approx([3 / 4, 2 / 3, 0, 0])
    assert result["classes"] == ["cat", "dog", "hen", "unicorn"]
    assert result["test_images"] == 8
    assert json.loads(json.dumps(result)) == result


def test_all_right():
    labels = np.arange(20) % 4
    result = score(labels, labels.copy(), tuple("abcd"))
    assert result["accuracy"] == 1
    assert result["confusion"] == (5 * np.eye(4, dtype=int)).tolist()
    assert result["precision"] == result["recall"] == [1, 1, 1, 1]
