"""Rows of a file are those of the array that was written into it."""

import os
import pathlib

import numpy as np
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import file_rows
from kerasae.data.file_rows import FileRows, scratch_file

ARRAY = np.random.default_rng(0).integers(0, 256, (50, 3, 2), np.uint8)


@pytest.fixture(params=[1, 20, 2**18])
def rows(request, tmp_path, monkeypatch):
    """After a header of nine bytes; neighbours are read by one, three or all."""
    monkeypatch.setattr(file_rows, "CHUNK_BYTES", request.param)
    path = tmp_path / "rows"
    path.write_bytes(b"x" * 9 + ARRAY.tobytes())
    return FileRows(path.open("rb", buffering=0), 9, ARRAY.shape, path)


@pytest.mark.parametrize(
    "wanted", [[], [0], [49], [3, 4, 5, 9, 30, 31], list(range(50)), [7, 7, 8]]
)
def test_by_number_and_by_slice(rows, wanted):
    np.testing.assert_array_equal(rows[np.array(wanted, int)], ARRAY[wanted])
    for one in (slice(None), slice(3, 9), slice(40, 90), slice(9, 3)):
        np.testing.assert_array_equal(rows[one], ARRAY[one])


def test_it_has_the_face_of_an_array(rows):
    seen = rows.reshape(50, 6)
    assert (len(seen), seen.shape, seen.ndim, seen.size) == (50, (50, 6), 2, ARRAY.size)
    np.testing.assert_array_equal(seen[2:4], ARRAY.reshape(50, 6)[2:4])


def test_of_a_map(tmp_path):
    np.save(tmp_path / "a.npy", ARRAY)
    rows = FileRows.of_map(np.load(tmp_path / "a.npy", mmap_mode="r"))
    np.testing.assert_array_equal(rows[:], ARRAY)


def test_a_file_that_was_cut_off(rows):
    pathlib.Path(rows._name).write_bytes(b"x" * 100)
    with pytest.raises(RunError, match="was cut off while it was read"):
        rows[:]


def test_no_room_or_no_folder_for_a_scratch_file(monkeypatch, tmp_path):
    monkeypatch.setenv("KERASAE_CACHE_DIR", str(tmp_path))
    full = r"big\.npz .*which can't be written: No space left"
    with pytest.raises(RunError, match=full), scratch_file("big.npz"):
        raise OSError(28, os.strerror(28))
    monkeypatch.setattr(file_rows, "cache_folder", lambda: None)
    none = r"there is no folder .*KERASAE_CACHE_DIR"
    with pytest.raises(ConfigError, match=none), scratch_file("big.npz"):
        pass
