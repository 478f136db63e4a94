"""Which pictures a folder holds, of which class, in which order."""

import os
import shutil
from pathlib import Path

import numpy as np
import own_images
import pytest

from kerasae.config import ConfigError
from kerasae.data import class_folders

IMAGE = np.zeros((3, 3), np.uint8)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pictures"


def put(folder, *names):
    for name in names:
        own_images.write_picture(folder / name, IMAGE)


def find(folder):
    return class_folders.find(folder, f"folder:{folder}")


def test_class_folders_with_folders_in_them(folder):
    put(folder, "b/2.png", "b/deep/1.PNG", "a/x.jpeg", "b/10.gif")
    found = find(folder)
    assert list(found.names) == ["a/x.jpeg", "b/10.gif", "b/2.png", "b/deep/1.PNG"]
    assert found.labels.tolist() == [0, 1, 1, 1]
    assert (found.classes, found.parts, found.splits) == (("a", "b"), {"train": 4}, {})


@pytest.mark.parametrize("test", ["test", "validation", "valid", "val"])
def test_parts(folder, test):
    put(folder, "train/a/1.png", "train/b/1.png", f"{test}/b/1.png", f"{test}/c/1.png")
    found = find(folder)
    assert found.classes == ("a", "b", "c")
    assert found.labels.tolist() == [0, 1, 1, 2]
    assert (found.parts, found.splits) == (
        {"train": 2, "test": 4}, {"train": "train", "test": test},
    )  # fmt: skip
    assert found.notes == ()


def test_train_alone_and_what_lies_beside(folder):
    put(folder, "train/a/1.png", "extra/1.png")
    found = find(folder)
    assert (found.parts, found.splits) == ({"train": 1}, {})
    assert found.notes == ("left out are folders beside train: extra.",)


@pytest.mark.parametrize("parts", [("",), ("train/", "test/")])
def test_a_flat_folder_has_no_labels(folder, parts):
    put(folder, *(f"{part}{number}.png" for part in parts for number in range(2)))
    found = find(folder)
    assert found.classes is None
    assert set(found.labels) == {-1}


def test_hidden_files_and_others_are_left_out_and_said(folder):
    put(folder, "a/1.png", "a/.2.png", ".b/1.png", "__MACOSX/1.png")
    (folder / "a" / "notes.txt").write_text("")
    (folder / "a" / ".DS_Store").write_text("")
    (folder / "empty").mkdir()
    found = find(folder)
    assert list(found.names) == ["a/1.png"]
    assert found.notes == (
        "left out are files that are no pictures by their ending: .txt: 1 (1 in all).",
    )


def test_any_name(folder):
    names = ["with space/a b.png", "'q\"/'.png", "new\nline/\n.png", "日本/é.png", "$\\frac$/,.png"]
    put(folder, *names)
    odd = folder / os.fsdecode(b"\xff")
    odd.mkdir()
    shutil.copy(folder / names[0], odd / os.fsdecode(b"\xfe.png"))
    found = find(folder)
    assert len(found.names) == 6
    assert all(Path(found.path(row)).is_file() for row in range(6))
    for name in found.classes:
        name.encode()
    assert "\n" not in "".join(found.shown(row) for row in range(6))


def test_links_are_followed(folder, tmp_path):
    put(tmp_path / "elsewhere", "1.png")
    put(folder, "a/1.png")
    (folder / "b").symlink_to(tmp_path / "elsewhere")
    assert list(find(folder).names) == ["a/1.png", "b/1.png"]


class TestRefused:
    def refuse(self, folder, message):
        with pytest.raises(ConfigError, match=message):
            find(folder)

    def test_what_is_not_there_or_no_folder(self, folder):
        self.refuse(folder, "the folder isn't there")
        folder.write_text("")
        self.refuse(folder, "the folder is no folder")

    def test_an_empty_one(self, folder):
        folder.mkdir()
        self.refuse(folder, r"holds no picture: files that end in \.png, .*\.gif")
        (folder / "a.tif").write_text("")
        self.refuse(folder, r"Received: files with the endings \.tif: 1\.")

    def test_an_empty_part(self, folder):
        put(folder, "train/a/1.png")
        (folder / "test").mkdir()
        self.refuse(folder, "holds no picture in its folder test")

    def test_pictures_beside_class_folders(self, folder):
        put(folder, "a/1.png", "2.png")
        self.refuse(folder, r"has both\. Received: pictures=2\.png, folders=a\.")

    def test_a_flat_part_beside_one_of_classes(self, folder):
        put(folder, "train/a/1.png", "test/1.png")
        self.refuse(folder, "one of its parts has a folder for each class")

    @pytest.mark.parametrize("target", ["..", "."])
    def test_a_link_to_a_folder_above(self, folder, target):
        put(folder, "a/1.png")
        (folder / "a" / "loop").symlink_to(target)
        self.refuse(folder, "is a link to a folder that it lies in")
