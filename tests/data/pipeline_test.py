import shutil

import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import ConfigError, RunError
from kerasae.data import pipeline, pixels
from kerasae.data.config import DataConfig
from kerasae.data.file_split import FileSplit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit


def load(seed=0, **settings):
    config = DataConfig(**settings)
    return pipeline.load(pipeline.open_source(config), config, seed)


def pixels_of(split, batch_size=7):
    """Every image in order, as the model sees it."""
    return np.concatenate([batch.numpy() for batch in split.batches(batch_size)])


def as_set(images):
    return {image.tobytes() for image in images}


SMALL = {"image_size": (8,), "max_examples": 60}


class TestImages:
    def test_digits_by_default(self):
        data = load()
        assert data.image_shape == (28, 28, 1)
        assert (data.train.num_images, data.validation, data.test.num_images) == (1437, None, 360)
        assert data.classes == tuple("0123456789")
        images = pixels_of(data.test, 100)
        assert images.dtype == np.float32
        assert images.min() == 0
        assert images.max() == 1

    def test_at_their_own_size_they_are_scikit_learns(self):
        from sklearn.datasets import load_digits

        bunch = load_digits()
        data = load(image_size=(8,))
        ours = np.concatenate([pixels_of(data.train), pixels_of(data.test)])
        labels = np.concatenate([data.train.labels, data.test.labels])
        wanted = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
        found = sorted(
            (np.rint(image * 255).astype(np.uint8).tobytes(), label)
            for image, label in zip(ours, labels, strict=True)
        )
        expected = zip((image.tobytes() for image in wanted), bunch.target, strict=True)
        assert found == sorted(expected)

    @pytest.mark.parametrize("size", [(12,), (9, 14)])
    def test_resized_to_what_is_asked_for(self, size):
        data = load(image_size=size, max_examples=5)
        assert data.image_shape == (size[0], size[-1], 1)
        assert next(iter(data.train.batches(5))).shape == (5, size[0], size[-1], 1)


class TestClasses:
    def test_only_these_are_kept(self):
        data = load(classes=("1", "8"), image_size=(8,))
        everything = load(image_size=(8,))
        assert data.classes == ("1", "8")
        for split in ("train", "test"):
            ours, whole = getattr(data, split), getattr(everything, split)
            kept = np.isin(whole.labels, (1, 8))
            np.testing.assert_array_equal(ours.labels, whole.labels[kept])
            np.testing.assert_array_equal(pixels_of(ours), pixels_of(whole)[kept])

    def test_by_number_by_name_and_in_any_order(self, fake_datasets):
        wanted = [
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=classes)
            for classes in (("dog",), ("1",), ("1", "dog"))
        ]
        for data in wanted:
            assert data.classes == ("dog",)
            assert set(data.train.labels) == {1}
            np.testing.assert_array_equal(pixels_of(data.train), pixels_of(wanted[0].train))

    def test_an_unknown_class_is_refused_with_those_there_are(self, fake_datasets):
        with pytest.raises(ConfigError, match=r"no class 3\. Known: 0 \(cat\), 1 \(dog\), 2"):
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=("1", "3"))

    def test_a_class_without_images_leaves_nothing(self, fake_datasets):
        with pytest.raises(ConfigError, match="leaves no image to train on with --classes=unicorn"):
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=("unicorn",))

    def test_labels_asked_of_an_unlabelled_dataset(self, fake_datasets):
        with pytest.raises(ConfigError, match="--classes needs labels, and fake_unlabelled"):
            load(dataset="fake_unlabelled", data_dir=str(fake_datasets), classes=("1",))

    def test_one_that_is_missing_in_a_part_is_said_to_every_job(self, caplog):
        _ = load(image_size=(8,)).test
        assert "of the class" not in caplog.text
        _ = load(image_size=(8,), max_examples=5, validation_fraction=0.2).test
        assert "digits: no training image is of the class " in caplog.text


class TestDraws:
    def test_max_examples_are_drawn_by_seed(self):
        draws = [as_set(pixels_of(load(seed, **SMALL).train)) for seed in (0, 0, 1)]
        assert draws[0] == draws[1] != draws[2]
        assert len(draws[0]) == 60
        assert draws[0] <= as_set(pixels_of(load(image_size=(8,)).train))

    def test_they_are_not_the_first_ones(self):
        whole = pixels_of(load(image_size=(8,)).train)
        drawn = as_set(pixels_of(load(**SMALL).train))
        assert drawn != as_set(whole[:60])

    def test_more_than_there_are_is_all(self):
        assert load(image_size=(8,), max_examples=10**6).train.num_images == 1437

    def test_validation_is_disjoint_and_complete(self):
        whole = load(**SMALL)
        data = load(**SMALL, validation_fraction=0.25)
        assert (data.train.num_images, data.validation.num_images) == (45, 15)
        train, validation = pixels_of(data.train), pixels_of(data.validation)
        assert as_set(train).isdisjoint(as_set(validation))
        assert as_set(train) | as_set(validation) == as_set(pixels_of(whole.train))
        other = load(1, **SMALL, validation_fraction=0.25)
        assert as_set(pixels_of(other.validation)) != as_set(validation)

    def test_the_test_images_are_nobodys_draw(self):
        data, other = load(0, **SMALL, validation_fraction=0.5), load(1, image_size=(8,))
        np.testing.assert_array_equal(pixels_of(data.test), pixels_of(other.test))
        train = as_set(pixels_of(load(image_size=(8,)).train))
        # The data has a few images twice, on both sides.
        assert len(as_set(pixels_of(data.test)) & train) < 5

    def test_nothing_left_to_train_on(self):
        with pytest.raises(ConfigError, match="leaves no image to train on"):
            load(max_examples=1, validation_fraction=0.9)

    def test_a_fraction_that_holds_out_nothing_is_refused(self):
        """Early stopping would have nothing to stop on."""
        with pytest.raises(ConfigError, match="validation_fraction"):
            load(max_examples=3, validation_fraction=0.1)


DATASETS = {
    "digits": {"image_size": (10,), "max_examples": 50, "classes": ("2", "3")},
    "fake_labelled": {"validation_fraction": 0.2},
    "fake_unlabelled": {"validation_fraction": 0.2},
    "fake_varying": {"image_size": (8, 9)},
}


# Where decoded images lie.
MEMORY, FILE = {}, {"memory_budget_mb": 0, "disk_budget_mb": 8192}
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


def test_test_images_alone_are_those_of_the_whole():
    config = DataConfig(classes=("1", "8"), image_size=(9,))
    source = pipeline.open_source(config)
    alone, whole = pipeline.load_test(source, config), pipeline.load(source, config, 0).test
    np.testing.assert_array_equal(alone.every_image(), whole.every_image())
    np.testing.assert_array_equal(alone.labels, whole.labels)
    with pytest.raises(ConfigError, match="has no class eleven"):
        pipeline.load_test(source, DataConfig(classes=("eleven",)))
