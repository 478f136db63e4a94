"""What is prepared from IDX files is, to the byte, what TFDS makes of them."""

import contextlib
from unittest import mock

import idx_files
import numpy as np
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import idx, sources
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds

TRAIN, TEST = 30, 10


@contextlib.contextmanager
def small_mnist():
    """TFDS's MNIST, of a few images."""
    from tensorflow_datasets.image_classification import mnist

    with mock.patch.multiple(mnist, _TRAIN_EXAMPLES=TRAIN, _TEST_EXAMPLES=TEST):
        yield


@pytest.fixture(scope="module")
def held():
    """Images and labels by split, more than are taken."""
    draw = np.random.default_rng(0)
    return tuple(
        (draw.integers(0, 256, (count, 28, 28), np.uint8), draw.integers(0, 10, count))
        for count in (TRAIN, TEST + 3)
    )


@pytest.fixture
def files(held, tmp_path):
    return idx_files.write(tmp_path / "files", *held)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def prepare(folder, place, dataset="mnist"):
    with small_mnist():
        config = DataConfig(dataset, data_dir=str(folder))
        tfds.prepare_from_idx(DatasetName.parse(dataset), config, place)


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("packed", [False, True])
def test_the_files_are_those_that_tfds_makes(held, tmp_path, folder, packed):
    import tensorflow_datasets

    prepare(folder, idx_files.write(tmp_path / "files", *held, packed))
    unpacked = idx_files.write(tmp_path / "unpacked", *held)

    class Downloaded:
        def download_and_extract(self, urls):
            return {key: unpacked / url.rpartition("/")[2][:-3] for key, url in urls.items()}

    (tmp_path / "theirs").mkdir()
    with small_mnist():
        builder = tensorflow_datasets.builder("mnist", data_dir=tmp_path / "theirs")
        theirs = builder._split_generators(Downloaded())
        with mock.patch.object(builder, "_split_generators", lambda _: theirs):
            builder.download_and_prepare(download_dir=tmp_path / "downloads")
    assert contents(folder) == contents(tmp_path / "theirs")
    assert len(contents(folder)) == 4


def test_it_is_read_as_any_other_and_what_it_leaves_out_is_said(held, files, folder, caplog):
    caplog.set_level("INFO", "kerasae")
    prepare(folder, files)
    said = [record.getMessage() for record in caplog.records]
    assert any(
        "holds 13 images; TFDS takes the first 10 of them for mnist" in line for line in said
    )
    assert any("TFDS knows the checksums of other files than train-images-" in one for one in said)
    source = sources.open_source(DataConfig("mnist", data_dir=str(folder), download=False))
    found = {
        (image.numpy().tobytes(), int(label))
        for image, label in source.decode(source.records("test", np.arange(TEST)))
    }
    images, labels = held[1]
    expected = zip(images[:TEST], labels[:TEST], strict=True)
    assert found == {(image.tobytes(), int(label)) for image, label in expected}


class TestRefused:
    def refused(self, kind, words, *arguments):
        with pytest.raises(kind, match=words):
            prepare(*arguments)

    def test_a_dataset_that_wasnt_published_so(self, files, folder):
        self.refused(ConfigError, "published as IDX files: mnist", folder, files, "cifar10")

    def test_one_that_is_there_already(self, files, folder):
        prepare(folder, files)
        self.refused(ConfigError, "is prepared already", folder, files)

    def test_too_few_images(self, held, tmp_path, folder):
        files = idx_files.write(tmp_path / "few", held[1], held[1])
        self.refused(RunError, r"holds 13 images, and mnist has 30 of them", folder, files)

    def test_images_of_another_size(self, tmp_path, folder):
        files = idx_files.write(tmp_path / "small", *idx_files.digits())
        self.refused(RunError, "holds images of 8x8, and those of mnist", folder, files)

    def test_a_label_beyond_the_classes(self, held, files, folder):
        labels = np.full(TRAIN, 10)
        (files / "train-labels-idx1-ubyte").write_bytes(idx_files.idx_bytes(labels))
        self.refused(RunError, "holds the label 10, and mnist has 10 classes", folder, files)

    def test_a_missing_file(self, files, folder):
        (files / idx.published_name("test", "images")).unlink()
        self.refused(ConfigError, "--prepare_from=.*Missing: t10k-images", folder, files)

    def test_nothing_is_left_behind(self, held, files, folder):
        with mock.patch("kerasae.data.tfds_idx._examples", side_effect=OSError("no room")):
            self.refused(RunError, "could not prepare --dataset=mnist: no room", folder, files)
        assert contents(folder) == {}
