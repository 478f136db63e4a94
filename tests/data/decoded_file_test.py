"""Images that were decoded once into a file: found again, made anew, within a budget."""

import errno
import os
import shutil

import numpy as np
import own_images
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import decoded_file, decoding, pipeline
from kerasae.data.config import DataConfig
from kerasae.data.file_split import FileSplit

ON_DISK = {"memory_budget_mb": 0, "disk_budget_mb": 8192}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERASAE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "decoded"


@pytest.fixture
def decodings(monkeypatch):
    """The splits that were decoded."""
    decoded, seen = decoding._decoded, []

    def watched(source, split, *others):
        seen.append(split)
        return decoded(source, split, *others)

    monkeypatch.setattr(decoding, "_decoded", watched)
    return seen


def load(folder=None, **settings):
    config = DataConfig(f"folder:{folder}" if folder else "digits", **(ON_DISK | settings))
    return pipeline.load(pipeline.open_source(config), config, 0)


def test_it_is_found_again(cache, decodings, caplog):
    with caplog.at_level("INFO"):
        first = load(max_examples=30, image_size=(9,), validation_fraction=0.2)
        again = load(max_examples=30, image_size=(9,), validation_fraction=0.2)
    assert decodings == ["train"]
    assert isinstance(first.train, FileSplit)
    for one, other in ((first.train, again.train), (first.validation, again.validation)):
        np.testing.assert_array_equal(one.every_image(), other.every_image())
        np.testing.assert_array_equal(one.labels, other.labels)
    messages = [one.getMessage() for one in caplog.records]
    (said,) = (one for one in messages if one.startswith("decoded images of 0 MiB are kept in "))
    assert str(cache) in said


def test_by_content_not_by_name(cache, decodings, tmp_path):
    folder = own_images.write_folder(tmp_path / "one", 20)
    shutil.copytree(folder, tmp_path / "two")
    _ = load(folder).train, load(tmp_path / "two").train
    assert decodings == ["train"]
    image = sorted(folder.rglob("*.png"))[0]
    own_images.write_picture(image, np.full((8, 8), 7, np.uint8))
    data = load(folder)
    assert decodings == ["train"] * 2
    both = np.concatenate([data.train.every_image(), data.test.every_image()])
    assert (both == 7).all(axis=(1, 2, 3)).any()


@pytest.mark.parametrize(
    "settings",
    [{"image_size": (9,)}, {"channels": "rgb"}, {"max_examples": 9}, {"image_size": (8, 9)},
     {"image_size": (8, 9), "fit": "pad"}, {"image_size": (8, 9), "fit": "crop"},
     {"image_size": (8, 9), "fit": "pad", "background": "white"}, {"classes": ("1", "8")}],
)  # fmt: skip
def test_it_holds_what_memory_would(cache, settings):
    memory, disk = (
        load(**({"image_size": (8,)} | settings | {"memory_budget_mb": budget}))
        for budget in (1024, 0)
    )
    for name in ("train", "test"):
        one, other = getattr(memory, name), getattr(disk, name)
        np.testing.assert_array_equal(one.every_image(), other.every_image())
        np.testing.assert_array_equal(one.labels, other.labels)


def test_whatever_is_done_to_the_images_makes_another(cache):
    for settings in ({}, {"fit": "pad"}, {"fit": "crop"}, {"fit": "pad", "background": "white"},
                     {"channels": "rgb"}, {"max_examples": 9}):  # fmt: skip
        load(image_size=(8, 9), **settings)
    assert len(list(cache.iterdir())) == 6


@pytest.mark.parametrize("harm", ["cut off", "changed", "facts", "images gone"])
def test_one_that_is_damaged_is_made_anew(cache, decodings, harm, caplog):
    caplog.set_level("WARNING", "kerasae")
    expected = load(max_examples=30).train.every_image()
    (entry,) = cache.iterdir()
    images, facts = entry / "images.bin", entry / "facts.json"
    content = bytearray(images.read_bytes())
    if harm == "cut off":
        images.write_bytes(content[:-9])
    elif harm == "changed":
        content[100] ^= 1
        images.write_bytes(content)
    elif harm == "facts":
        facts.write_text(facts.read_text()[:40])
    else:
        images.unlink()
    np.testing.assert_array_equal(load(max_examples=30).train.every_image(), expected)
    assert decodings == ["train"] * 2
    assert any("made anew" in one.getMessage() for one in caplog.records)


def test_it_can_be_read_on_after_it_was_deleted(cache):
    train = load(max_examples=30).train
    expected = train.every_image()
    shutil.rmtree(cache)
    np.testing.assert_array_equal(train.every_image(), expected)


def test_the_least_used_make_room(cache):
    """1,437 images of 28x28 are 1.1 MiB."""
    kept = []
    for number, size in enumerate((28, 27)):
        load(image_size=(size,))
        (new,) = set(cache.iterdir()) - set(kept)
        os.utime(new, (number, number))
        kept.append(new)
    load(image_size=(28,))
    load(image_size=(26,), disk_budget_mb=3)
    left = set(cache.iterdir())
    assert kept[0] in left
    assert kept[1] not in left
    assert len(left) == 2


def test_beyond_the_budget_they_are_streamed(cache):
    assert not isinstance(load(disk_budget_mb=1).train, FileSplit)
    assert not cache.exists()


def test_a_full_disk_is_one_message_before_anything_is_decoded(cache, decodings, monkeypatch):
    def full(number, start, size):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(RunError, match=r"No space left on device\. --disk_budget_mb=0 decodes"):
        load(max_examples=30)
    assert not list(cache.rglob("*.bin"))
    monkeypatch.undo()


def test_without_a_folder_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(decoded_file, "cache_folder", lambda: None)
    with pytest.raises(ConfigError, match=r"KERASAE_CACHE_DIR.*--disk_budget_mb=0"):
        load(max_examples=30)
