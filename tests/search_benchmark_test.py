"""What the benchmark of searches makes of its measurements; no process is started."""

import pytest

pytest.importorskip("benchmarks.recording")
from benchmarks import search


def test_the_error_is_the_best_that_every_run_reached():
    timelines = {
        ("kerasae", 0): [(1.0, 0.5), (2.0, 0.2), (3.0, 0.1)],
        ("Keras Tuner", 0): [(4.0, 0.6), (9.0, 0.19), (11.0, 0.3)],
        ("kerasae", 1): [(2.0, 0.15)],
        ("Keras Tuner", 1): [(8.0, 0.05)],
        ("Optuna", 0): [(5.0, 0.18)],
        ("Optuna", 1): [(20.0, 0.1)],
    }
    rows = search._times(timelines)
    assert {row["error"] for row in rows} == {0.19}
    assert [row["seconds"] for row in rows] == [3.0, 9.0, 2.0, 8.0, 5.0, 20.0]
    overhead = [{"contender": "kerasae search", "seconds": 10.3},
                {"contender": "candidates alone", "seconds": 10.0}]  # fmt: skip
    summary = search._summary([*rows, *overhead])
    assert summary["overhead of a search"] == pytest.approx(0.03)
    assert summary["times faster than Keras Tuner to the error"] == pytest.approx(8.5 / 2.5)
    assert summary["times faster than Optuna to the error"] == pytest.approx(12.5 / 2.5)
