"""`python -m kerasae.dataset`: what it counts, what it writes, and every mistake by one message."""

import idx_files
import numpy as np
import pytest

from kerasae import records
from kerasae.data.summary import ChannelValues, DatasetSummary, SizeCount


@pytest.fixture
def look(cli, tmp_path):
    """Looks at a dataset; gives the record and the text."""

    def run(*flags):
        outcome = cli("dataset", *flags, f"--out={tmp_path / 'out'}")
        assert outcome.code == 0, outcome.err
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "contact_sheet.png", "dataset.json", "dataset.md",
        ]  # fmt: skip
        return records.read(tmp_path / "out" / "dataset.json", DatasetSummary), outcome.out

    return run


@pytest.fixture
def refused(cli):
    def run(*flags):
        outcome = cli("dataset", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        return outcome.complaint

    return run


def test_the_digits(look):
    from sklearn.datasets import load_digits

    found, text = look("--dataset=digits")
    assert [split.name for split in found.splits] == ["train", "test"]
    assert [split.images for split in found.splits] == [1437, 360]
    counts = np.array([split.by_class for split in found.splits]).sum(axis=0)
    assert counts.tolist() == np.bincount(load_digits().target).tolist()
    assert found.most_common == found.smallest == found.largest == SizeCount(8, 8, 1797)
    assert (found.channels, found.sizes, found.classes) == (1, 1, tuple("0123456789"))
    assert found.splits[0].values[0].channel == "grey"
    assert "| all | 1,437 | 360 |" in text
    assert "CC BY 4.0" in text


def test_numbers_are_those_of_numpy(look, tmp_path):
    """Values, copies and labels of images that the test knows."""
    draw = np.random.default_rng(0)
    train = draw.integers(3, 200, (20, 5, 4), np.uint8)
    train[7] = train[2]
    test = np.concatenate([train[[2, 9]], draw.integers(3, 200, (3, 5, 4), np.uint8)])
    labels = (np.arange(20) % 3, np.array([0, 0, 1, 1, 1]))
    idx_files.write(tmp_path / "in", (train, labels[0]), (test, labels[1]))
    found, text = look(f"--dataset=idx:{tmp_path / 'in'}")
    for split, images, numbers in zip(found.splits, (train, test), labels, strict=True):
        (values,) = split.values
        scaled = images / 255
        expected = ("grey", scaled.min(), scaled.max(), scaled.mean(), scaled.std())
        assert values.channel == "grey"
        for name, value in zip(ChannelValues.__dataclass_fields__, expected, strict=True):
            assert getattr(values, name) == (value if name == "channel" else pytest.approx(value))
        assert split.by_class == tuple(np.bincount(numbers, minlength=3))
    assert [split.duplicates for split in found.splits] == [1, 0]
    assert [split.also_in_earlier_splits for split in found.splits] == [0, 2]
    assert found.other_labels == 3  # train 2 is a 2, train 7 a 1, test 0 a 0
    assert [group.images for group in found.equal_images] == [
        ("train 2", "train 7", "test 0"), ("train 9", "test 1"),
    ]  # fmt: skip
    assert "- train 2, train 7, test 0" in text


def test_several_sizes_in_colour_without_labels(look, fake_datasets):
    found, text = look("--dataset=fake_varying", f"--data_dir={fake_datasets}")
    assert (found.smallest, found.largest) == (SizeCount(8, 8, 2), SizeCount(11, 11, 2))
    assert found.sizes > 3
    assert found.classes is None
    assert [value.channel for value in found.splits[0].values] == ["red", "green", "blue"]
    assert "smallest 8x8, largest 11x11" in text


def test_images_without_a_label_and_a_validation_part(look, odd_datasets):
    found, text = look("--dataset=half_labelled", f"--data_dir={odd_datasets}",
                       "--validation_fraction=0.2", "--max_examples=50", "--seed=3")  # fmt: skip
    assert [(split.name, split.images) for split in found.splits] == [
        ("train", 40), ("validation", 10), ("test", 40),
    ]  # fmt: skip
    for split in found.splits:
        assert sum(split.by_class) + split.unlabelled == split.images
    assert found.splits[2].unlabelled == 20
    assert found.chosen == {"max_examples": "50", "validation_fraction": "0.2", "seed": "3"}
    assert "| (no label) |" in text


def test_only_the_classes_that_are_asked_for(look):
    found, _ = look("--dataset=digits", "--classes=8,1")
    assert found.classes == ("1", "8")
    assert all(len(split.by_class) == 2 for split in found.splits)
    assert all(sum(split.by_class) == split.images for split in found.splits)


def test_nothing_is_written_where_nothing_is_asked_for(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = cli("dataset", "--dataset=digits", "--max_examples=20")
    assert (outcome.code, outcome.err, list(tmp_path.iterdir())) == (0, "", [])
    assert outcome.out.startswith("# digits\n")


class TestRefused:
    def test_an_unknown_dataset(self, refused, tmp_path):
        message = refused("--dataset=nosuchset", f"--data_dir={tmp_path}")
        assert "not a dataset that TFDS knows" in message

    def test_out_that_is_a_file(self, refused, tmp_path):
        (tmp_path / "file").write_text("")
        assert "--out must be a folder" in refused(f"--out={tmp_path / 'file'}")

    def test_no_image_left(self, refused, tmp_path):
        message = refused("--classes=nosuchclass", f"--out={tmp_path / 'out'}")
        assert "has no class nosuchclass" in message
        assert not (tmp_path / "out").exists()

    def test_idx_files_for_what_is_none_of_tfds(self, refused, tmp_path):
        message = refused("--dataset=digits", f"--prepare_from={tmp_path}")
        assert "--prepare_from makes datasets of the kind tfds" in message

    def test_damaged_files(self, cli, tmp_path):
        folder = idx_files.write(tmp_path / "in", *idx_files.digits())
        path = folder / "train-images-idx3-ubyte"
        path.write_bytes(path.read_bytes()[:-1])
        outcome = cli("dataset", f"--dataset=idx:{folder}")
        assert (outcome.code, outcome.out) == (1, "")
        assert str(path) in outcome.complaint


def test_a_source_of_single_files_names_them(look, tmp_path, monkeypatch):
    """As one of picture files does: what was left out, and copies by file."""
    from kerasae.data import array_source

    monkeypatch.setattr(
        array_source.ArraySource, "unreadable", ["a|b.png: it is empty."] * 25, raising=False
    )
    monkeypatch.setattr(
        array_source.ArraySource, "image_name", lambda _, split, at: f"{split}/{at}.png",
        raising=False,
    )  # fmt: skip
    images = np.zeros((2, 3, 3), np.uint8)
    idx_files.write(tmp_path / "in", (images, [0, 1]), (images[:1], [0]))
    found, text = look(f"--dataset=idx:{tmp_path / 'in'}")
    assert found.unreadable_count == 25
    assert found.equal_images[0].images == ("train/0.png", "train/1.png", "test/0.png")
    assert "- a\\|b.png: it is empty.\n" in text
    assert "- and 5 more" in text
