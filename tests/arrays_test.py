"""Arrays and the archives that hold them: whole, or refused with the file's name."""

import zipfile

import numpy as np
import pytest

from kerasae import archives, arrays
from kerasae.config import RunError


@pytest.fixture
def path(tmp_path):
    np.savez(tmp_path / "a.npz", code=np.arange(2000.0), label=np.arange(3))
    return tmp_path / "a.npz"


def test_arrays_come_back(path):
    found = arrays.read(path, "code")
    assert sorted(found) == ["code", "label"]
    np.testing.assert_array_equal(found["code"], np.arange(2000.0))


def test_a_missing_array_is_named(path):
    with pytest.raises(RunError, match=r"a\.npz .* no array 'image'"):
        arrays.read(path, "code", "image")


def test_a_flipped_bit_is_noticed(path):
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"a\.npz is damaged"):
        arrays.read(path)


@pytest.mark.parametrize("length", [0, 1, 100, 8000])
def test_a_truncated_file_is_refused(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(RunError, match=r"a\.npz is damaged"):
        arrays.read(path)


def test_objects_are_never_unpickled(path):
    np.savez(path, code=np.array([{}], dtype=object))
    with pytest.raises(RunError, match=r"a\.npz is damaged"):
        arrays.read(path)


def test_a_header_that_lies_is_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,), }"
        archive.writestr(
            "code.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        )
    with pytest.raises(RunError, match=r"a\.npz is damaged"):
        arrays.read(path)


def test_a_folder_in_its_place_is_refused(tmp_path):
    with pytest.raises(RunError, match="no regular file"):
        arrays.read(tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 10_000)
    np.savez_compressed(path, code=np.zeros(1_000_000))
    with pytest.raises(RunError, match=r"unpack to 8,000,\d+"):
        arrays.read(path)


def test_a_member_outside_is_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../x.npy", b"")
    with pytest.raises(RunError, match=r"member '\.\./x\.npy'"):
        arrays.read(path)
