"""Which images a stored result is of."""

import pytest

from kerasae import files
from kerasae.config import DataConfig, RunError
from kerasae.readouts import results

STORED = {
    "dataset": "mnist:3.0.1",
    "chosen": {"classes": ["1", "8"], "max_examples": 50},
    "seed": 4,
}
OWN = {"dataset": "mnist", "classes": ("1", "8"), "max_examples": 50}


@pytest.fixture
def path(tmp_path):
    files.write_json(tmp_path / "ridge.json", STORED)
    return tmp_path / "ridge.json"


@pytest.mark.parametrize(
    ("change", "seed", "held"),
    [
        ({}, None, True),
        ({}, 4, True),
        ({}, 5, False),
        ({"dataset": "mnist:3.0.1"}, None, True),
        ({"dataset": "mnist:1.0.0"}, None, False),
        ({"classes": ("1",)}, None, False),
        ({"max_examples": None}, None, False),
        ({"data_dir": "elsewhere", "download": False}, None, True),
    ],
)
def test_a_result_is_of_its_images_and_seed(path, change, seed, held):
    assert results.holds(path, DataConfig(**OWN | change), seed) is held


def test_what_is_not_there_is_not_held(tmp_path):
    assert not results.holds(tmp_path / "ridge.json", DataConfig(**OWN))


def test_a_result_that_says_less_is_damaged(path):
    files.write_json(path, {"dataset": "mnist"})
    with pytest.raises(RunError, match="has no 'chosen'"):
        results.holds(path, DataConfig(**OWN))
