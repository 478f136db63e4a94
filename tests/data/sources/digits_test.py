import numpy as np

from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import digits

NAME = DatasetName("digits")


def test_split_is_stratified_and_always_the_same():
    first, second = (digits.open_source(NAME, DataConfig()) for _ in range(2))
    for split, size in (("train", 1437), ("test", 360)):
        labels = [
            np.array([int(label) for _, label in source.records(split, np.arange(size))])
            for source in (first, second)
        ]
        np.testing.assert_array_equal(*labels)
        assert len(labels[0]) == size == first.spec.sizes[split]
        counts = np.bincount(labels[0])
        assert counts.min() / counts.max() > 0.9


def test_images_use_the_whole_range_of_grey_levels():
    source = digits.open_source(NAME, DataConfig())
    records = source.records("test", np.arange(360))
    images = np.stack([image.numpy() for image, _ in source.decode(records)])
    assert images.dtype == np.uint8
    assert images.shape == (360, 8, 8, 1)
    assert images.min() == 0
    assert images.max() == 255
    assert len(np.unique(images)) == 17


def test_the_size_is_known_without_opening():
    assert digits.check(NAME, DataConfig()) == (28, 28)
    assert digits.open_source(NAME, DataConfig()).spec.default_image_size == (28, 28)
