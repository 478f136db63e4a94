"""IDX files as a dataset; what every kind promises is tested beside, the files in `idx_test.py`."""

import idx_files
import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data import sources
from kerasae.data.config import DataConfig


def test_classes_are_the_numbers_that_there_are(tmp_path):
    images = np.arange(5 * 4, dtype=np.uint8).reshape(5, 2, 2)
    idx_files.write(tmp_path, (images[:3], np.array([9, 2, 2])), (images[3:], np.array([2, 26])))
    source = sources.open_source(DataConfig(f"idx:{tmp_path}"))
    assert source.spec.classes == ("2", "9", "26")
    assert source.spec.sizes == {"train": 3, "test": 2}
    labels = [int(label) for _, label in source.records("test", np.arange(2))]
    assert labels == [0, 2]


def test_the_content_is_the_same_packed_or_not(tmp_path):
    held = idx_files.digits()
    folders = [idx_files.write(tmp_path / name, *held, name == "packed") for name in ("packed", "")]
    contents = {sources.open_source(DataConfig(f"idx:{one}")).spec.content for one in folders}
    assert len(contents) == 1


def test_test_images_of_another_size_are_refused(tmp_path):
    images, labels = np.zeros((2, 3, 3)), np.zeros(2)
    idx_files.write(tmp_path, (images, labels), (images[:, :2], labels))
    with pytest.raises(ConfigError, match="test images must be of the shape of the others"):
        sources.open_source(DataConfig(f"idx:{tmp_path}"))
