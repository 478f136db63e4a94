"""The size of images that is read from the files of TFDS without TensorFlow."""

import shutil

import pytest

from kerasae.config import ConfigError, RunError
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds


def image_size(name, data_dir):
    return tfds.check(DatasetName.parse(name), DataConfig(name, data_dir=str(data_dir)))


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
