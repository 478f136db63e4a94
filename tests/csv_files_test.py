import pytest

from kerasae import csv_files


def test_round_trip(tmp_path):
    rows = [{"a": 1, "b": 1 / 3}, {"a": 2, "b": None}, {"a": 'with "quotes", and\na line'}]
    csv_files.write(tmp_path / "file.csv", ["a", "b"], rows)
    assert csv_files.read(tmp_path / "file.csv") == [
        {"a": "1", "b": repr(1 / 3)},
        {"a": "2", "b": ""},
        {"a": 'with "quotes", and\na line', "b": ""},
    ]


def test_an_unknown_column_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="nope"):
        csv_files.write(tmp_path / "file.csv", ["a"], [{"a": 1, "nope": 2}])
    assert not list(tmp_path.iterdir())
