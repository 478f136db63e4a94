"""What a search's own process does, measured with workers that sleep."""

import pytest

from benchmarks import search_driver

pytestmark = pytest.mark.slow


def test_a_row_for_each_number_of_trials_and_a_picture_of_them(tmp_path):
    rows = search_driver.measure("random", 3, 8, (4, 8, 100))
    assert [(row["tuner"], row["workers"], row["trials"]) for row in rows] == [
        ("random", 3, 4),
        ("random", 3, 8),
    ]
    assert all(row["ms_a_trial"] > 0 for row in rows)
    search_driver.draw(rows, tmp_path / "driver.png")
    assert (tmp_path / "driver.png").read_bytes().startswith(b"\x89PNG")
