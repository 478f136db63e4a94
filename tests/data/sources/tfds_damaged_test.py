"""Damaged files of prepared datasets of TFDS."""

import os
import shutil

import numpy as np
import pytest
from opened_tfds import open_source

from kerasae.config import ConfigError, RunError


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
