"""The table of what pictures cost an epoch."""

from benchmarks import pictures
from benchmarks.pictures import Cost


def test_the_median_epoch_of_each_way_and_its_share_of_the_speed_of_the_first():
    taken = {
        "in memory": [Cost(1.0, 0.5), Cost(9.0, 9.0), Cost(1.0, 0.5)],
        "streamed": [Cost(2.0, 2.0), Cost(2.0, 2.0), Cost(0.1, 0.1)],
    }
    assert pictures.cells(taken, 1_000) == ["1,000", "2,000", "0.50 (0.25)"]
