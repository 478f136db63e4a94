import os
import shutil
import socket
import time
import urllib.request
from types import SimpleNamespace

import numpy as np
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data import tfds_source
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds


def open_source(name, data_dir, download):
    config = DataConfig(name, data_dir=data_dir, download=download)
    return tfds.open_source(DatasetName.parse(name), config)


def image_size(name, data_dir):
    return tfds.check(DatasetName.parse(name), DataConfig(name, data_dir=str(data_dir)))


@pytest.fixture
def opened(fake_datasets):
    return lambda name: open_source(name, str(fake_datasets), download=False)


def decoded(dataset, split, positions=None):
    if positions is None:
        positions = np.arange(dataset.spec.sizes[split])
    images = dataset.decode(dataset.records(split, positions))
    return [(image.numpy(), int(label)) for image, label in images]


class TestPrepared:
    def test_facts(self, opened):
        spec = opened("fake_labelled").spec
        assert spec.name == "fake_labelled:1.0.0"
        assert spec.image_shape == (10, 12, 3)
        assert spec.classes == ("cat", "dog", "unicorn")
        assert spec.sizes == {"train": 30, "test": 7}
        assert spec.citation == "nobody"
        assert spec.default_image_size is None

    def test_images_and_labels_are_those_that_were_written(self, opened, fake_image):
        for split, numbers in (("train", range(30)), ("test", range(1000, 1007))):
            read = decoded(opened("fake_labelled"), split)
            written = [(fake_image(n, 10, 12, 3), n % 2) for n in numbers]
            assert sorted((i.tobytes(), label) for i, label in read) == sorted(
                (i.tobytes(), label) for i, label in written
            )
            assert read[0][0].shape == (10, 12, 3)

    def test_the_order_is_fixed(self, opened):
        first, second = (decoded(opened("fake_labelled"), "train") for _ in range(2))
        for (image, label), (other, other_label) in zip(first, second, strict=True):
            np.testing.assert_array_equal(image, other)
            assert label == other_label

    @pytest.mark.parametrize("positions", [[0], [3, 4, 29], [6, 13, 14, 20, 28], []])
    def test_some_are_those_of_all(self, opened, monkeypatch, positions):
        monkeypatch.setattr(tfds_source, "PARSED_AT_ONCE", 7)
        every, some = (
            decoded(opened("fake_labelled"), "train", chosen)
            for chosen in (None, np.array(positions, int))
        )
        assert [(image.tobytes(), label) for image, label in some] == [
            (every[at][0].tobytes(), every[at][1]) for at in positions
        ]

    def test_what_comes_before_in_a_file_is_skipped_unread(self, fake_datasets, tmp_path):
        """Of two files of 15 records the first one's first record is damaged."""
        shutil.copytree(fake_datasets / "fake_labelled", tmp_path / "fake_labelled")
        path = sorted(tmp_path.rglob("*-train.tfrecord*"))[0]
        content = bytearray(path.read_bytes())
        content[40] ^= 1
        path.write_bytes(content)
        some, expected = (
            decoded(open_source("fake_labelled", str(folder), False), "train", np.array([9, 14]))
            for folder in (tmp_path, fake_datasets)
        )
        assert [image.tobytes() for image, _ in some] == [image.tobytes() for image, _ in expected]

    def test_read_in_the_order_of_tfds(self, opened):
        import tensorflow_datasets

        dataset = opened("fake_labelled")
        config = tensorflow_datasets.ReadConfig(interleave_cycle_length=1)
        read = dataset._builder.as_dataset(split="train", read_config=config).as_numpy_iterator()
        expected = [example["image"].tobytes() for example in read]
        assert [image.tobytes() for image, _ in decoded(dataset, "train")] == expected

    def test_without_labels(self, opened):
        dataset = opened("fake_unlabelled")
        assert dataset.spec.classes is None
        assert {label for _, label in decoded(dataset, "test")} == {-1}

    def test_without_a_test_split_a_tenth_of_train_is_held_out(self, opened, fake_image):
        dataset = opened("fake_unlabelled")
        assert dataset.spec.sizes == {"train": 18, "test": 2}
        assert dataset.spec.splits["test"] == "a tenth of train, drawn with seed 0"
        parts = [
            {image.tobytes() for image, _ in decoded(dataset, split)} for split in ("train", "test")
        ]
        assert [len(part) for part in parts] == [18, 2]
        assert parts[0] | parts[1] == {fake_image(n, 9, 9, 1).tobytes() for n in range(20)}

    def test_images_of_varying_size(self, opened):
        dataset = opened("fake_varying")
        assert dataset.spec.image_shape == (None, None, 3)
        assert len({image.shape for image, _ in decoded(dataset, "train")}) > 1

    def test_by_version(self, opened):
        assert opened("fake_labelled:1.0.0").spec.sizes["train"] == 30

    def test_the_environment_names_the_folder(self, fake_datasets, monkeypatch):
        monkeypatch.setenv("TFDS_DATA_DIR", str(fake_datasets))
        assert open_source("fake_labelled", None, False).spec.sizes["train"] == 30

    def test_the_flag_wins_over_the_environment(self, fake_datasets, monkeypatch, tmp_path):
        monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
        dataset = open_source("fake_labelled", str(fake_datasets), False)
        assert dataset.spec.sizes["train"] == 30


@pytest.mark.parametrize(
    ("configuration", "name"), [("letters", "emnist/letters"), (None, "emnist")]
)
def test_a_configuration_is_part_of_the_name(configuration, name):
    configured = configuration and SimpleNamespace(name=configuration)
    builder = SimpleNamespace(name="emnist", builder_config=configured, version="3.1.0")
    assert DatasetName.parse(tfds_source.full_name(builder)) == DatasetName("tfds", name, "3.1.0")


class TestLabels:
    """Labels are what the dataset says they are, or what is asked for."""

    def labels(self, source, split):
        return np.array([int(label) for _, label in source.records(split, np.arange(20))])

    @pytest.fixture
    def opened(self, odd_datasets):
        def opened(name, **choice):
            config = DataConfig(name, data_dir=str(odd_datasets), download=False, **choice)
            return tfds.open_source(DatasetName.parse(name), config)

        return opened

    def test_of_two_labels_the_one_that_is_asked_for(self, opened):
        with pytest.raises(ConfigError, match=r"--label .*give one of digit, parity\."):
            opened("two_labels")
        digit, parity, tens = (
            opened("two_labels", label=label) for label in ("digit", "parity", "tens")
        )
        assert digit.spec.classes == tuple("0123456789")
        assert parity.spec.classes == ("0", "1")
        assert tens.spec.classes == tuple("01234567")
        np.testing.assert_array_equal(self.labels(digit, "test") % 2, self.labels(parity, "test"))
        assert {*self.labels(tens, "test")} == {6, 7}

    def test_the_one_that_is_declared(self, opened):
        assert len(opened("declared").spec.classes) == 10
        assert len(opened("declared", label="label").spec.classes) == 2

    def test_whole_numbers_are_classes(self, opened):
        numbers = opened("number_labels")
        assert numbers.spec.classes == tuple(f"1{digit}" for digit in "012456789")
        every = np.array([int(label) for _, label in numbers.records("train", np.arange(60))])
        assert {*every} == {-1, *range(9)}

    def test_a_dataset_stored_by_class_is_tested_on_every_class(self, opened):
        source = opened("by_class")
        labels = {
            split: np.array([int(label) for _, label in source.records(split, np.arange(size))])
            for split, size in source.spec.sizes.items()
        }
        assert source.spec.sizes == {"train": 180, "test": 20}
        assert np.bincount(labels["test"], minlength=10).tolist() == [2] * 10
        assert "a tenth of each class" in source.spec.splits["test"]

    def test_one_image_is_not_train_and_test(self, opened, tmp_path):
        import small_datasets
        import tensorflow_datasets

        features = {"image": tensorflow_datasets.features.Image(shape=(8, 8, 1))}
        rows = small_datasets.digit_rows([0], label=lambda at, label: label)
        row = {"image": rows[0]["image"]}
        small_datasets.write(tmp_path, "single", features, {"train": [row]}, 1)
        with pytest.raises(ConfigError, match=r"no test split, and too few images .*images=1\."):
            open_source("single", str(tmp_path), False)
        small_datasets.write(tmp_path, "pair", features, {"train": [row, row]}, 1)
        assert open_source("pair", str(tmp_path), False).spec.sizes == {"train": 1, "test": 1}


class TestDamaged:
    """One message with the file, whatever TFDS would raise."""

    @pytest.fixture
    def version(self, fake_datasets, tmp_path):
        shutil.copytree(fake_datasets / "fake_labelled", tmp_path / "fake_labelled")
        return tmp_path / "fake_labelled" / "1.0.0"

    def refused(self, version):
        with pytest.raises((ConfigError, RunError)) as error:
            source = open_source("fake_labelled", str(version.parents[1]), False)
            source.records("train", np.arange(3))
        message = str(error.value)
        assert "\n" not in message
        assert "fake_labelled" in message
        return message

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b"1", b"[" * 100_000, b"\xff\xfe", b'{"a": 1}']
    )
    @pytest.mark.parametrize("file", ["dataset_info.json", "features.json"])
    def test_descriptions(self, version, file, content):
        (version / file).write_bytes(content)
        assert file in self.refused(version)

    @pytest.mark.parametrize("file", ["dataset_info.json", "features.json"])
    def test_half_of_a_description(self, version, file):
        content = (version / file).read_bytes()
        (version / file).write_bytes(content[: len(content) // 2])
        assert file in self.refused(version)

    @pytest.mark.parametrize("file", ["dataset_info.json", "features.json"])
    def test_a_description_that_is_missing_or_no_file(self, version, file):
        (version / file).unlink()
        self.refused(version)
        (version / file).mkdir()
        self.refused(version)

    @pytest.mark.parametrize("content", ["cat\n", "cat\ndog\nunicorn\nfish\n", "cat\ncat\ndog\n"])
    def test_class_names(self, version, content):
        (version / "label.labels.txt").write_text(content)
        assert "label" in self.refused(version)

    @pytest.mark.parametrize("split", ["train", "test"])
    def test_images_in_a_named_pipe_are_not_waited_for(self, version, split):
        path = sorted(version.glob(f"*-{split}.tfrecord*"))[0]
        path.unlink()
        os.mkfifo(path)
        assert path.name in self.refused(version)


class TestSizeWithoutTensorflow:
    def test_read_from_the_files(self, fake_datasets):
        assert image_size("fake_labelled", fake_datasets) == (10, 12)
        assert image_size("fake_labelled:1.0.0", fake_datasets) == (10, 12)
        assert image_size("fake_labelled:1.*.*", fake_datasets) == (10, 12)
        assert image_size("fake_unlabelled", fake_datasets) == (9, 9)

    @pytest.mark.parametrize("name", ["fake_varying", "fake_text", "mnist", "emnist/letters"])
    def test_none_where_it_is_not_known(self, fake_datasets, name):
        assert image_size(name, fake_datasets) is None

    @pytest.mark.parametrize("name", ["not_there", "a/b", "fake_labelled:2.0.0"])
    def test_names_that_nobody_knows_are_refused(self, fake_datasets, name):
        with pytest.raises(ConfigError, match=f"{name} is not a dataset that TFDS knows"):
            image_size(name, fake_datasets)

    @pytest.mark.parametrize(
        "name", ["tfds:/", "tfds:../..", "tfds:..", "fake_labelled/..", "a" * 300]
    )
    def test_names_that_can_not_be_are_refused_at_once(self, fake_datasets, name):
        with pytest.raises(ConfigError, match=r"can be no name of TFDS.*Known: .*tfds:NAME"):
            image_size(name, fake_datasets)

    def test_nothing_outside_the_folder_is_read(self, fake_datasets, tmp_path):
        (tmp_path / "datasets").mkdir()
        for name in (
            f"tfds:../{fake_datasets.name}/fake_labelled", f"tfds:{fake_datasets}/fake_labelled",
        ):  # fmt: skip
            with pytest.raises(ConfigError, match="can be no name of TFDS"):
                image_size(name, tmp_path)

    def test_damaged_features(self, prepared, tmp_path):
        prepared("some/1.0.0", "fake_labelled")
        (tmp_path / "some" / "1.0.0" / "features.json").write_text("[" * 10_000)
        with pytest.raises(RunError, match=r"some/1\.0\.0/features\.json is damaged"):
            image_size("some", tmp_path)

    @pytest.fixture
    def prepared(self, fake_datasets, tmp_path):
        """Prepares versions of a dataset as those of others: `prepared("a/10.0.0", "name")`."""

        def copy(path, source):
            shutil.copytree(fake_datasets / source / "1.0.0", tmp_path / path)

        return copy

    def test_of_two_versions_the_newest_counts(self, prepared, tmp_path):
        """Versions are numbers, and not text."""
        prepared("some/3.0.1", "fake_unlabelled")
        prepared("some/10.0.0", "fake_labelled")
        assert image_size("some", tmp_path) == (10, 12)
        assert image_size("some:3.0.1", tmp_path) == (9, 9)
        assert image_size("some:3.*.*", tmp_path) == (9, 9)

    def test_configurations(self, prepared, tmp_path):
        """Where none is asked for, the code of the dataset decides, and that isn't known here."""
        prepared("some/large/1.0.0", "fake_labelled")
        prepared("some/small/1.0.0", "fake_unlabelled")
        assert image_size("some/small", tmp_path) == (9, 9)
        assert image_size("some/large", tmp_path) == (10, 12)
        assert image_size("some", tmp_path) is None


class TestRefused:
    @pytest.mark.parametrize(
        "name",
        [
            "no_such_set",
            "mnist:9.9.9",
            "mnist/no_config",
            "bad name",
            "tfds:../x",
            "tfds:a:b:c",
            "tfds:/",
            "tfds:..",
        ],
    )
    def test_names_that_nobody_knows(self, opened, name):
        with pytest.raises(ConfigError) as error:
            opened(name)
        message = str(error.value)
        assert message.startswith(f"--dataset={name} ")
        assert ", tfds:NAME" in message
        for prepared in ("fake_labelled", "fake_unlabelled", "fake_varying"):
            assert prepared in message
        assert "--data_dir or $TFDS_DATA_DIR" in message
        assert "\n" not in message

    @pytest.mark.parametrize("name", ["tfds:huggingface:mnist", "tfds:kaggle:mnist"])
    def test_names_of_other_libraries(self, opened, name):
        with pytest.raises(ConfigError, match=f"--dataset={name} "):
            opened(name)

    def test_not_prepared_and_no_download(self, opened):
        with pytest.raises(ConfigError, match="not prepared and --nodownload was given"):
            opened("mnist")

    def test_a_data_dir_that_is_not_there(self, tmp_path, monkeypatch):
        with pytest.raises(ConfigError, match=r"--data_dir=.*nowhere is not a folder"):
            open_source("mnist", str(tmp_path / "nowhere"), False)
        (tmp_path / "file").write_text("")
        with pytest.raises(ConfigError, match=r"--data_dir=.*file is not a folder"):
            open_source("mnist", str(tmp_path / "file"), False)
        monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "nowhere"))
        with pytest.raises(ConfigError, match=r"\$TFDS_DATA_DIR=.*nowhere is not a folder"):
            open_source("mnist", None, False)

    def test_a_dataset_without_images(self, opened):
        with pytest.raises(ConfigError, match=r"fake_text has no 8-bit image.*features=text"):
            opened("fake_text")


class TestNoNetwork:
    """A proxy of our own stands for the network, so that no machine asks the real one."""

    @pytest.fixture
    def proxy(self, monkeypatch):
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(variable, address)
        for variable in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(variable, raising=False)
        # urllib keeps the proxies it saw first.
        monkeypatch.setattr(urllib.request, "_opener", None)
        yield listener
        listener.close()

    def refused_within_15_seconds(self, folder):
        before = sorted(folder.rglob("*"))
        began = time.monotonic()
        with pytest.raises(ConfigError) as error:
            open_source("kmnist", str(folder), download=True)
        assert time.monotonic() - began < 15
        message = str(error.value)
        assert "--dataset=kmnist is not prepared" in message
        assert "can't be downloaded" in message
        assert ", tfds:NAME" in message
        assert "fake_labelled" in message
        assert "--data_dir or $TFDS_DATA_DIR" in message
        assert sorted(folder.rglob("*")) == before, "something was left in the data folder"

    def test_refused_at_once(self, fake_datasets, proxy):
        proxy.close()
        self.refused_within_15_seconds(fake_datasets)

    def test_no_answer(self, fake_datasets, proxy):
        """Connections are taken and nothing ever comes back."""
        self.refused_within_15_seconds(fake_datasets)
