"""Arrays in a file as a dataset."""

import numpy as np
import own_images
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import pipeline, sources
from kerasae.data.config import DataConfig
from kerasae.data.file_rows import FileRows

IMAGES, LABELS = own_images.digits(30)


@pytest.fixture
def save(tmp_path):
    def save(how=np.savez, **arrays):
        how(tmp_path / "own.npz", **arrays)
        return f"npz:{tmp_path / 'own.npz'}"

    return save


def load(name):
    config = DataConfig(name)
    return pipeline.load(pipeline.open_source(config), config, 0)


@pytest.mark.parametrize("how", [np.savez, np.savez_compressed])
def test_as_keras_has_its_own(save, how):
    name = save(
        how, x_train=IMAGES[:20], y_train=LABELS[:20].astype(np.uint8), x_test=IMAGES[20:],
        y_test=LABELS[20:].astype(np.uint8),
    )  # fmt: skip
    data = load(name)
    np.testing.assert_array_equal(data.train.every_image()[..., 0], IMAGES[:20])
    np.testing.assert_array_equal(data.test.every_image()[..., 0], IMAGES[20:])
    np.testing.assert_array_equal(data.test.labels, LABELS[20:])
    assert data.classes == tuple("0123456789")


@pytest.mark.parametrize(
    "labels", [LABELS, LABELS[:, np.newaxis], np.array(["x", "y", "z"] * 10), LABELS + 2**40]
)
def test_labels_of_any_kind(save, labels):
    data = load(save(images=IMAGES, labels=labels))
    found = [np.array(data.classes)[split.labels] for split in (data.train, data.test)]
    assert sorted(np.concatenate(found)) == sorted(map(str, labels.ravel()))


def test_without_labels_and_in_colour(save):
    colour = np.random.default_rng(0).integers(0, 256, (12, 4, 5, 3), np.uint8)
    data = load(save(images=colour))
    assert (data.classes, data.image_shape) == (None, (4, 5, 3))


@pytest.mark.parametrize("how", [np.savez, np.savez_compressed])
def test_beyond_the_memory_budget_they_lie_in_a_file(save, how, tmp_path, monkeypatch):
    monkeypatch.setenv("KERASAE_CACHE_DIR", str(tmp_path / "cache"))
    name = save(how, images=IMAGES, labels=LABELS, more=LABELS)
    usual, large = (
        pipeline.open_source(DataConfig(name, memory_budget_mb=budget)) for budget in (1, 0)
    )
    assert isinstance(large._held["train"][0], FileRows)
    assert large.spec == usual.spec
    data = pipeline.load(large, DataConfig(name, memory_budget_mb=0, disk_budget_mb=0), 0)
    np.testing.assert_array_equal(data.test.every_image(), load(name).test.every_image())
    np.testing.assert_array_equal(data.test.labels, load(name).test.labels)
    assert list((tmp_path / "cache").iterdir()) == []


def test_beyond_it_what_could_not_be_read_by_rows_is_refused(save):
    name = save(images=np.asfortranarray(IMAGES))
    with pytest.raises(ConfigError, match=r"images .* stored column by column"):
        pipeline.open_source(DataConfig(name, memory_budget_mb=0))
    with pytest.raises(ConfigError, match=r"must be a uint8 array.*float64"):
        pipeline.open_source(DataConfig(save(images=IMAGES / 255), memory_budget_mb=0))


@pytest.mark.parametrize(
    ("arrays", "kind", "message"),
    [
        ({"pictures": IMAGES}, ConfigError, r"arrays named images, .*Received: pictures\."),
        ({"images": IMAGES / 255}, ConfigError, "must be a uint8 array.*float64"),
        ({"images": IMAGES[..., None, None]}, ConfigError, "must be a uint8 array"),
        ({"images": IMAGES, "labels": LABELS[:3]}, ConfigError, "one for each of 30 images"),
        ({"images": IMAGES, "labels": LABELS / 2}, ConfigError, "whole numbers.*float64"),
        ({"images": IMAGES[:1]}, ConfigError, "too few images to hold one out"),
        ({"images": IMAGES, "test_labels": LABELS}, ConfigError, "test labels go with"),
        ({"images": IMAGES, "labels": np.array([{}] * 30)}, RunError, "labels holds Python obj"),
        ({"images": np.array([IMAGES, 1], object)}, RunError, "images holds Python objects"),
    ],
)
def test_refused_by_what_the_header_says(save, arrays, kind, message):
    name = save(**arrays)
    for look in (sources.check, pipeline.open_source):
        with pytest.raises(kind, match=message):
            look(DataConfig(name))


@pytest.mark.parametrize("content", [b"", b"no archive", "cut"])
def test_damaged_files(save, tmp_path, content):
    name, path = save(images=IMAGES), tmp_path / "own.npz"
    path.write_bytes(path.read_bytes()[:700] if content == "cut" else content)
    with pytest.raises(RunError, match=r"own\.npz is damaged"):
        sources.check(DataConfig(name))


def test_no_array_inside(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "own.npz", "w") as archive:
        archive.writestr("images.npy", b"no array")
    with pytest.raises(RunError, match=r"own\.npz is damaged: its member 'images\.npy'"):
        sources.check(DataConfig(f"npz:{tmp_path / 'own.npz'}"))
