"""The same images in memory, from a decoded file, and streamed, whole or damaged."""

import shutil

import numpy as np
import pytest
import tensorflow as tf
from loaded_images import as_set, load, pixels_of

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.data.file_split import FileSplit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit

DATASETS = {
    "digits": {"image_size": (10,), "max_examples": 50, "classes": ("2", "3")},
    "fake_labelled": {"validation_fraction": 0.2},
    "fake_unlabelled": {"validation_fraction": 0.2},
    "fake_varying": {"image_size": (8, 9)},
}


# Where decoded images lie.
MEMORY = {}


FILE = {"memory_budget_mb": 0, "disk_budget_mb": 8192}


STREAM = {**FILE, "disk_budget_mb": 0}


everywhere = pytest.mark.parametrize(
    "budgets", [MEMORY, FILE, STREAM], ids=["memory", "file", "stream"]
)


@pytest.fixture(params=DATASETS, scope="module")
def places(request, fake_datasets):
    """The same data in memory, in a file and streamed."""
    settings = {"dataset": request.param, "data_dir": str(fake_datasets)} | DATASETS[request.param]
    return [load(3, **settings, **budgets) for budgets in (MEMORY, FILE, STREAM)]


class TestPlaces:
    def test_the_budgets_decide(self, places):
        kinds = [type(data.train) for data in places]
        assert kinds == [MemorySplit, FileSplit, StreamedSplit]
        assert [data.train.in_memory for data in places] == [True, False, False]

    @pytest.mark.parametrize("place", [1, 2])
    def test_the_same_images_and_labels(self, places, place):
        memory, other = places[0], places[place]
        assert memory.image_shape == other.image_shape
        assert memory.classes == other.classes
        for name in ("train", "validation", "test"):
            ours, theirs = getattr(memory, name), getattr(other, name)
            if ours is None:
                assert theirs is None
                continue
            assert ours.num_images == theirs.num_images == len(pixels_of(ours))
            np.testing.assert_array_equal(pixels_of(ours), pixels_of(theirs))
            np.testing.assert_array_equal(ours.labels, theirs.labels)

    def test_the_same_images_in_every_epoch(self, places):
        everything = sorted(image.tobytes() for image in pixels_of(places[0].train))
        for split in (data.train for data in places):
            steps = split.steps_per_epoch(8)
            dataset = split.training_batches(8, 5, 0, 2, lambda images, keys: images)
            batches = [batch.numpy() for batch in dataset]
            assert len(batches) == 2 * steps
            for epoch in (batches[:steps], batches[steps:]):
                images = np.concatenate(epoch)
                assert sorted(image.tobytes() for image in images) == everything


def test_the_budget_is_in_mebibytes_of_decoded_images():
    """1,437 + 360 images of 28x28 are 1.34 MiB."""
    assert not load(memory_budget_mb=1).train.in_memory
    assert load(memory_budget_mb=2).train.in_memory
    assert isinstance(load(memory_budget_mb=0, disk_budget_mb=1).train, StreamedSplit)
    assert isinstance(load(memory_budget_mb=0, disk_budget_mb=2).train, FileSplit)


@pytest.mark.parametrize("settings", [{}, {"classes": ("cat",)}])
def test_a_file_that_lacks_a_record_is_no_shorter_dataset(fake_datasets, tmp_path, settings):
    shutil.copytree(fake_datasets, tmp_path / "data")
    shard = sorted((tmp_path / "data" / "fake_labelled").rglob("*-train.tfrecord-*"))[-1]
    records = list(tf.data.TFRecordDataset(str(shard)).as_numpy_iterator())
    with tf.io.TFRecordWriter(str(shard)) as file:
        for record in records[:-1]:
            file.write(record)
    with pytest.raises(
        RunError,
        match=r"files of fake_labelled:1.0.0 can't be read: .* holds 14 records, and not 15",
    ):
        load(dataset="fake_labelled", data_dir=str(tmp_path / "data"), **settings)


def shards(folder, name="fake_labelled"):
    return sorted((folder / name / "1.0.0").glob(f"{name}-train.tfrecord-*"))


class TestDamagedShards:
    @pytest.fixture
    def folder(self, fake_datasets, tmp_path):
        for name in ("fake_labelled", "fake_unlabelled"):
            shutil.copytree(fake_datasets / name, tmp_path / name)
        return tmp_path

    @everywhere
    @pytest.mark.parametrize("name", ["fake_labelled", "fake_unlabelled"])
    @pytest.mark.parametrize("harm", ["missing", "cut off", "changed", "emptied"])
    def test_one_message_with_the_file(self, folder, name, harm, budgets):
        shard = shards(folder, name)[-1]
        content = shard.read_bytes()
        shard.unlink()
        half = len(content) // 2
        left = {
            "cut off": content[:half],
            "changed": content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :],
            "emptied": b"",
        }
        if harm in left:
            shard.write_bytes(left[harm])
        with pytest.raises(RunError) as error:
            load(dataset=name, data_dir=str(folder), **budgets)
        assert shard.name in str(error.value)
        assert "\n" not in str(error.value)


class TestOddLabels:
    def load(self, folder, name, **settings):
        return load(dataset=name, data_dir=str(folder), **settings)

    @everywhere
    def test_images_without_a_label_train_and_are_counted(self, odd_datasets, caplog, budgets):
        caplog.set_level("INFO", "kerasae")
        data = self.load(odd_datasets, "half_labelled", **budgets)
        assert (data.train.num_images, data.test.num_images) == (100, 40)
        said = [record.getMessage() for record in caplog.records]
        said = [one for one in said if not one.startswith("decoded images")]
        streamed = "" if budgets is MEMORY else ", streamed from disk"
        assert said == [
            "half_labelled:1.0.0 (tfds): 100 training (50 without a label) and 40 test images of "
            f"8x8 pixels, 1 channel, 10 classes{streamed}",
            "half_labelled:1.0.0: 50 of 100 train images have no label; they stay out of all that "
            "uses labels.",
            "half_labelled:1.0.0: 20 of 40 test images have no label; they stay out of all that "
            "uses labels.",
        ]
        labelled = data.labelled()
        for split in (labelled.train, labelled.test):
            assert split.labels.min() >= 0
            assert len(split.every_image()) == split.num_images
        assert (labelled.train.num_images, labelled.test.num_images) == (50, 20)
        assert labelled.validation is None

    def test_the_validation_part_too(self, odd_datasets):
        data = self.load(odd_datasets, "half_labelled", validation_fraction=0.3).labelled()
        assert data.train.num_images + data.validation.num_images == 50
        assert data.validation.labels.min() >= 0

    @everywhere
    def test_a_label_beyond_the_classes_is_damage(self, odd_datasets, tmp_path, budgets):
        shutil.copytree(odd_datasets / "six", tmp_path / "six")
        (features,) = (tmp_path / "six").rglob("features.json")
        features.write_text(features.read_text().replace('"10"', '"4"'))
        with pytest.raises(RunError, match=r"six:1\.0\.0 are damaged: .* label [45], .* 4 classes"):
            self.load(tmp_path, "six", **budgets)

    def test_few_images(self, odd_datasets):
        assert self.load(odd_datasets, "six").train.num_images == 5
        assert self.load(odd_datasets, "one").train.num_images == 1

    @everywhere
    def test_a_drawn_test_part_streamed_or_not(self, odd_datasets, budgets):
        data = self.load(odd_datasets, "by_class", **budgets)
        assert data.test.classes_present.tolist() == list(range(10))
        whole = as_set(pixels_of(data.train)) | as_set(pixels_of(data.test))
        assert len(whole) == 200


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
