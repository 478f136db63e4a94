"""Colour, odd sizes and numbers that no batch divides."""

import numpy as np
import pytest
from loaded_data import everywhere, load, pixels_of

from kerasae.data import pixels


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """Colour and an odd size, of numbers that no batch divides."""
    import small_datasets
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("shapes")
    draw = np.random.default_rng(0)
    for name, shape in (("colour", (6, 5, 3)), ("wide", (9, 31, 1))):
        features = {
            "image": tfds.features.Image(shape=shape),
            "label": tfds.features.ClassLabel(num_classes=5),
        }
        rows = [
            {"image": draw.integers(0, 256, shape, np.uint8), "label": at % 5} for at in range(23)
        ]
        splits = {"train": rows[:16], "test": rows[16:]}
        small_datasets.write(folder, name, features, splits, disable_shuffling=True)
        np.save(folder / f"{name}.npy", np.stack([row["image"] for row in rows]))
    return folder


class TestShapes:
    """Colour, odd sizes and numbers that no batch divides come through as they are stored."""

    @everywhere
    @pytest.mark.parametrize("batch_size", [1, 3, 5, 7, 16, 100])
    @pytest.mark.parametrize("name", ["colour", "wide"])
    def test_every_pixel_channel_and_label(self, shapes, name, batch_size, budgets):
        data = load(dataset=name, data_dir=str(shapes), **budgets)
        expected = np.load(shapes / f"{name}.npy")
        found = np.concatenate([pixels_of(split, batch_size) for split in (data.train, data.test)])
        np.testing.assert_array_equal(np.rint(found * 255), expected)
        labels = np.concatenate([data.train.labels, data.test.labels])
        np.testing.assert_array_equal(labels, np.arange(23) % 5)
        assert data.train.steps_per_epoch(batch_size) == -(-16 // batch_size)

    def test_channels_stay_apart_when_resized(self, shapes):
        data = load(dataset="colour", data_dir=str(shapes), image_size=(12, 10))
        expected = np.load(shapes / "colour.npy")[:16]
        for channel in range(3):
            alone = np.repeat(expected[..., channel : channel + 1], 3, axis=-1)
            resized = pixels.resize(alone, (12, 10)).numpy()
            np.testing.assert_array_equal(
                data.train.every_image()[..., channel], resized[..., channel]
            )

    @pytest.mark.parametrize("count", [1, 2, 6])
    def test_few_images_in_batches_that_are_larger(self, shapes, count):
        data = load(dataset="wide", data_dir=str(shapes), max_examples=count)
        (batch,) = data.train.batches(100)
        assert batch.shape == (count, 9, 31, 1)
        batches = data.train.labelled_training_batches(4, 0, 0, 1)
        assert sum(len(labels) for _, labels in batches) == count
