"""A folder of prepared datasets: looked into, never walked far, damaged files named."""

import json
import os
import shutil

import pytest

from kerasae.config import RunError
from kerasae.data import pipeline, tfds_folder
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName


def parse(name):
    return DatasetName.parse(name)


@pytest.fixture
def copied(fake_datasets, tmp_path):
    """A dataset that may be damaged, its folder."""
    shutil.copytree(fake_datasets / "fake_labelled", tmp_path / "fake_labelled")
    return tmp_path / "fake_labelled" / "1.0.0"


class TestPrepared:
    def test_names_with_their_configurations(self, copied, tmp_path):
        shutil.copytree(copied, tmp_path / "some" / "large" / "1.0.0")
        shutil.copytree(copied, tmp_path / "some" / "large" / "2.0.0")
        shutil.copytree(copied, tmp_path / "downloads" / "1.0.0")
        (tmp_path / "empty").mkdir()
        (tmp_path / "file").write_text("")
        assert tfds_folder.prepared(tmp_path) == "fake_labelled, some/large"

    def test_nothing(self, tmp_path):
        assert tfds_folder.prepared(tmp_path) == "nothing"
        assert tfds_folder.prepared(tmp_path / "not there") == "nothing"

    def test_a_vast_folder_is_not_walked(self, tmp_path, monkeypatch):
        looked_at = []
        scan = tfds_folder.os.scandir
        monkeypatch.setattr(tfds_folder, "MAX_ENTRIES", 30)
        monkeypatch.setattr(
            tfds_folder.os, "scandir", lambda path: looked_at.append(path) or scan(path)
        )
        for outer in range(10):
            for inner in range(10):
                (tmp_path / f"a{outer}" / f"b{inner}" / "c" / "d").mkdir(parents=True)
        assert tfds_folder.prepared(tmp_path) == "nothing"
        assert len(looked_at) < 60

    def test_not_a_thousand_names(self, tmp_path):
        for number in range(60):
            version = tmp_path / f"set{number:02}" / "1.0.0"
            version.mkdir(parents=True)
            (version / tfds_folder.INFO).write_text("{}")
        assert tfds_folder.prepared(tmp_path).endswith("set49 and 10 more")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("mnist", True), ("emnist/letters", True), ("imagenet_resized/32x32", True),
     ("c4/en.noblocklist", True), ("cycle_gan/apple2orange-1+2", True), ("a:b", True),
     ("/", False), ("..", False), ("../..", False), ("mnist/..", False), ("mnist/.hidden", False),
     ("mnist/a/b", False), ("mnist/", False), ("/etc", False), ("a b", False), ("é", False),
     ("m\nn", False), ("m\x00", False), ("", False), ("~", False), (".", False), ("*", False)],
)  # fmt: skip
def test_names(name, is_one):
    assert bool(tfds_folder.NAME.fullmatch(name)) is is_one


class TestDamage:
    def test_none(self, copied, tmp_path):
        assert tfds_folder.damage(tmp_path, parse("fake_labelled")) is None
        assert tfds_folder.damage(tmp_path, parse("not_there")) is None

    @pytest.mark.parametrize(
        ("file", "content"),
        [
            ("dataset_info.json", ""),
            ("dataset_info.json", "[]"),
            ("features.json", "{"),
            ("features.json", "null"),
            ("features.json", '{"featuresDict": []}'),
            ("features.json", '{"featuresDict": {"features": {"image": 3}}}'),
            ("features.json", None),
            ("label.labels.txt", "cat\ndog\n"),
            ("label.labels.txt", "\xff"),
        ],
    )
    def test_the_file_is_named(self, copied, tmp_path, file, content):
        (copied / file).unlink()
        if content is not None:
            (copied / file).write_bytes(content.encode("latin-1"))
        found = tfds_folder.damage(tmp_path, parse("fake_labelled"))
        assert str(copied / file) in found
        assert "\n" not in found

    def test_class_names_that_are_a_broken_link(self, copied, tmp_path):
        names = copied / "label.labels.txt"
        names.unlink()
        names.symlink_to(tmp_path / "nowhere")
        assert str(names) in tfds_folder.damage(tmp_path, parse("fake_labelled"))

    def test_of_the_version_that_is_meant(self, copied, tmp_path):
        shutil.copytree(copied, copied.parent / "2.0.0")
        (copied / "features.json").write_text("{")
        assert tfds_folder.damage(tmp_path, parse("fake_labelled:2.0.0")) is None
        assert tfds_folder.damage(tmp_path, parse("fake_labelled:1.0.0"))


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"featuresDict": {"features": {"image": {"image": {"shape": 1}}}}}']
)
def test_sizes_of_damaged_features(copied, content):
    (copied / "features.json").write_text(content)
    with pytest.raises(RunError, match=r"features\.json is damaged"):
        tfds_folder.image_sizes(copied / "features.json")


def test_sizes_of_every_image(copied):
    path = copied / "features.json"
    assert tfds_folder.image_sizes(path) == {(10, 12)}
    content = json.loads(path.read_text())
    features = content["featuresDict"]["features"]
    features["other"] = json.loads(json.dumps(features["image"]))
    features["other"]["image"]["shape"]["dimensions"][0] = "7"
    path.write_text(json.dumps(content))
    assert tfds_folder.image_sizes(path) == {(10, 12), (7, 12)}


@pytest.mark.parametrize("file", [tfds_folder.INFO, tfds_folder.FEATURES, "label.labels.txt"])
def test_a_pipe_in_a_descriptions_place_is_refused_and_not_waited_for(copied, tmp_path, file):
    tfds_folder.require_regular(tmp_path, parse("fake_labelled"))
    (copied / file).unlink()
    os.mkfifo(copied / file)
    with pytest.raises(RunError, match=f"{file} is no regular file"):
        pipeline.open_source(DataConfig(dataset="fake_labelled", data_dir=str(tmp_path)))
