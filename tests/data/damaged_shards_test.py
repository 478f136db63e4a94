"""Damaged files of a dataset end the loading with one message."""

import shutil

import pytest
import tensorflow as tf
from loaded_data import everywhere, load

from kerasae.config import RunError


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
