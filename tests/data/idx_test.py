"""IDX files: found under each of their names, read to the byte, and refused in one sentence."""

import gzip

import idx_files
import numpy as np
import pytest

from kerasae import archives
from kerasae.config import ConfigError, RunError
from kerasae.data import idx

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
LABELS = np.array([7, 0], np.uint8)


@pytest.fixture
def folder(tmp_path):
    return idx_files.write(tmp_path / "folder", (IMAGES, LABELS), (IMAGES[:1], LABELS[:1]))


def read(folder):
    return {split: part.read() for split, part in idx.find(folder, "--dataset=idx:it").items()}


def refused(path, what=idx.IMAGES):
    with pytest.raises(RunError) as refusal:
        idx.read(path, what)
    assert str(path) in str(refusal.value)
    return str(refusal.value)


class TestFound:
    @pytest.mark.parametrize("packed", [False, True])
    def test_values_are_those_that_were_written(self, tmp_path, packed):
        idx_files.write(tmp_path, (IMAGES, LABELS), (IMAGES[:1], LABELS[1:]), packed)
        found = read(tmp_path)
        for split, (images, labels) in {
            "train": (IMAGES, LABELS),
            "test": (IMAGES[:1], LABELS[1:]),
        }.items():
            assert found[split][0].dtype == found[split][1].dtype == np.uint8
            np.testing.assert_array_equal(found[split][0], images)
            np.testing.assert_array_equal(found[split][1], labels)

    def test_a_file_that_lies_there_unpacked_is_mapped(self, folder):
        images, _ = read(folder)["train"]
        assert isinstance(images, np.memmap)
        assert not images.flags.writeable

    def test_names_with_dots_as_some_unpackers_write_them(self, folder):
        for path in folder.iterdir():
            path.rename(folder / path.name.replace("-idx", ".idx"))
        np.testing.assert_array_equal(read(folder)["train"][0], IMAGES)

    def test_a_name_without_gz_may_be_packed_and_the_other_way_round(self, folder):
        first, second, *_ = sorted(folder.iterdir())
        first.write_bytes(gzip.compress(first.read_bytes()))
        second.rename(folder / f"{second.name}.gz")
        np.testing.assert_array_equal(read(folder)["test"][0], IMAGES[:1])

    def test_the_unpacked_of_two_counts(self, folder):
        for path in folder.iterdir():
            (folder / f"{path.name}.gz").write_bytes(b"not looked at")
        np.testing.assert_array_equal(read(folder)["train"][1], LABELS)

    def test_one_of_several_datasets_by_what_its_names_begin_with(self, tmp_path):
        for prefix, images in (("emnist-letters-", IMAGES), ("emnist-digits-", IMAGES[::-1])):
            idx_files.write(tmp_path, (images, LABELS), (images, LABELS), prefix=prefix)
        for path in tmp_path.glob("*t10k*"):
            path.rename(tmp_path / path.name.replace("t10k", "test"))
        np.testing.assert_array_equal(read(tmp_path / "emnist-digits")["test"][0], IMAGES[::-1])
        with pytest.raises(ConfigError, match=r"several datasets.*emnist-digits, /"):
            read(tmp_path)
        with pytest.raises(ConfigError, match=r"Known in .*emnist-digits, /"):
            read(tmp_path / "nosuch")

    def test_the_only_dataset_of_a_folder_whatever_its_prefix(self, tmp_path):
        idx_files.write(tmp_path, (IMAGES, LABELS), (IMAGES, LABELS), prefix="kuzushiji-")
        np.testing.assert_array_equal(read(tmp_path)["test"][0], IMAGES)


class TestNotFound:
    def test_no_folder(self, tmp_path):
        with pytest.raises(ConfigError, match="--dataset=idx:it must name a folder"):
            read(tmp_path / "no" / "folder")

    def test_missing_files_are_named(self, folder):
        (folder / "t10k-labels-idx1-ubyte").unlink()
        with pytest.raises(ConfigError, match=r"Missing: t10k-labels-idx1-ubyte\.$"):
            read(folder)

    def test_an_empty_folder_lacks_all_four(self, tmp_path):
        with pytest.raises(ConfigError, match="Missing: train-images-idx3-ubyte, train-labels-"):
            read(tmp_path)

    def test_two_files_that_could_both_be_meant(self, folder):
        (folder / "train-images.idx3-ubyte").write_bytes(b"another")
        with pytest.raises(ConfigError, match="could both be meant"):
            read(folder)


class TestDamaged:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "no IDX file: it begins with the bytes -"),
            (b"\x89PNG\r\n", "no IDX file: it begins with the bytes 89 50 4e 47"),
            (b"\0\0\x08\x03\0\0", "ends in its header"),
            (idx_files.idx_bytes(LABELS), "unsigned bytes in 1 dimensions; images are"),
            (b"\0\0\x0d\x03" + bytes(12), "32-bit fractions in 3 dimensions"),
            (idx_files.idx_bytes(IMAGES[:0]), "holds no images"),
            (idx_files.idx_bytes(IMAGES)[:-1], "tells of 24 bytes, it has only 23"),
            (idx_files.idx_bytes(IMAGES) + b"\0", "tells of 24 bytes, it has more"),
            (b"\0\0\x08\x03" + b"\xff" * 12, "it has only 0"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_it_is_refused_packed_or_not(self, tmp_path, content, words):
        (tmp_path / "plain").write_bytes(content)
        assert words in refused(tmp_path / "plain")
        (tmp_path / "packed").write_bytes(gzip.compress(content))
        expected = words if "only 0" not in words else "is refused: its "
        assert expected in refused(tmp_path / "packed")

    @pytest.mark.parametrize("change", [lambda packed: packed[:-9], lambda p: p[:-8] + bytes(8)])
    def test_a_packed_file_that_is_cut_off_or_has_another_checksum(self, tmp_path, change):
        path = tmp_path / "images.gz"
        path.write_bytes(change(gzip.compress(idx_files.idx_bytes(IMAGES))))
        assert "is damaged" in refused(path)

    def test_what_unpacks_to_many_times_its_size_is_never_unpacked(self, tmp_path, monkeypatch):
        monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 100)
        path = tmp_path / "images.gz"
        path.write_bytes(gzip.compress(idx_files.idx_bytes(np.zeros((50, 28, 28)))))
        assert "bytes unpack to 39,200" in refused(path)

    def test_images_and_labels_of_different_numbers(self, folder):
        (folder / "train-labels-idx1-ubyte").write_bytes(idx_files.idx_bytes(np.zeros(3)))
        with pytest.raises(RunError, match=r"holds 2 images and .* 3 labels"):
            read(folder)

    def test_what_is_no_file(self, tmp_path):
        assert "is missing" in refused(tmp_path / "none")
        assert "no regular file" in refused(tmp_path)
