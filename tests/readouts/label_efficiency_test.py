"""Accuracy against the number of labels: what is drawn, and what is written."""

import numpy as np
import pytest

from kerasae.readouts import label_efficiency
from kerasae.readouts.codes import Codes
from kerasae.readouts.heads import ridge


@pytest.fixture
def codes():
    """Three classes of 40, 20 and 4 codes."""
    labels = np.repeat([0, 1, 2], [40, 20, 4])
    draw = np.random.default_rng(0)
    train = draw.normal(size=(64, 5)) + labels[:, np.newaxis]
    test_labels = np.arange(90) % 3
    test = draw.normal(size=(90, 5)) + test_labels[:, np.newaxis]
    return Codes(
        train.astype(np.float32), test.astype(np.float32), labels, test_labels, tuple("abc")
    )


@pytest.fixture
def drawn(codes, monkeypatch):
    """`(rows, what ridge was fitted on, row by row)`."""
    seen, fit = [], ridge.fit

    def watched(config, train, labels, num_classes, seed):
        seen.append((train, labels))
        return fit(config, train, labels, num_classes, seed)

    monkeypatch.setattr(ridge, "fit", watched)
    rows = label_efficiency.measure(codes, ("1", "10", "all"), 0)
    return rows, seen


def test_every_class_gives_as_many_as_it_can(drawn):
    rows, seen = drawn
    assert [row.labels_per_class for row in rows] == ["1"] * 5 + ["10"] * 5 + ["all"]
    assert [row.sample for row in rows] == [*range(5), *range(5), 0]
    counts = [np.bincount(labels).tolist() for _, labels in seen]
    assert counts == [[1, 1, 1]] * 5 + [[10, 10, 4]] * 5 + [[40, 20, 4]]


def test_draws_differ_and_codes_keep_their_labels(drawn, codes):
    _, seen = drawn
    firsts = {train.tobytes() for train, _ in seen[:5]}
    assert len(firsts) == 5
    known = {
        code.tobytes(): label for code, label in zip(codes.train, codes.train_labels, strict=True)
    }
    for train, labels in seen:
        assert [known[code.tobytes()] for code in train] == labels.tolist()
        assert len({code.tobytes() for code in train}) == len(train), "nothing is drawn twice"


def test_the_rows_say_what_ridge_gets_right(drawn, codes):
    rows, _ = drawn
    readout = ridge.fit(ridge.Config(), codes.train, codes.train_labels, 3, 0)
    assert rows[-1].accuracy == np.mean(readout.predict(codes.test) == codes.test_labels)


def test_the_same_seed_draws_the_same(drawn, codes):
    rows, _ = drawn
    assert label_efficiency.measure(codes, ("1", "10", "all"), 0) == rows
    assert label_efficiency.measure(codes, ("1", "10", "all"), 1) != rows
