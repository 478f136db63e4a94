"""Codes of a run: which are kept, and that another's are never taken for them."""

import dataclasses
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.pipeline import Data
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import load_autoencoder
from kerasae.readouts import features
from kerasae.readouts.codes import compute_codes, labelled
from kerasae.readouts.run_codes import RunCodes
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_data
from kerasae.runs.open_run import open_run


@pytest.fixture
def opened(finished, tmp_path):
    """A finished run of its own."""
    shutil.copytree(finished.path, tmp_path / "run")
    return open_run(RunDir(tmp_path / "run"))


def codes(opened, layer="code", keep=True, **choices):
    data, used = load_data(opened, AppliedDataConfig(**choices))
    return compute_codes(RunCodes(opened), data, used, layer, keep)


def test_codes_are_the_encoders_on_every_image(opened):
    found = codes(opened)
    data, _ = load_data(opened, AppliedDataConfig())
    assert found.train.shape == (200, 6), "validation images are train images for a readout"
    assert found.test.shape == (360, 6)
    for ours, split in ((found.train, data.train), (found.test, data.test)):
        images = split.images.numpy() / np.float32(255)
        np.testing.assert_allclose(ours, opened.autoencoder.encoder(images), atol=1e-5)
    np.testing.assert_array_equal(found.test_labels, data.test.labels)


def test_codes_are_computed_once(opened, monkeypatch):
    first = codes(opened)
    monkeypatch.setattr(features, "extract", lambda *_: pytest.fail("computed again"))
    np.testing.assert_array_equal(codes(opened).train, first.train)


@pytest.fixture
def keys(monkeypatch):
    """Names of the cached arrays that are asked for; none is computed."""
    asked = []

    def cached(folder, key, compute):
        asked.append(key)
        return np.zeros((1, 1), np.float32)

    monkeypatch.setattr(features, "cached", cached)
    return asked


def test_whatever_changes_the_codes_changes_their_name(opened, keys, fake_datasets):
    codes(opened)
    train, test = keys
    assert train != test

    codes(opened)
    assert keys == [train, test] * 2

    codes(opened, layer="pool_1")
    codes(opened, classes=("1", "8"))
    codes(opened, max_examples=100)
    codes(dataclasses.replace(opened, config=with_seed(opened.config, 7)))
    with_other_weights(opened)
    codes(open_run(opened.run))
    codes(opened, dataset="fake_unlabelled", data_dir=str(fake_datasets), resize=True)
    assert len(set(keys[4:])) == len(keys[4:])
    assert not {train, test} & set(keys[4:])


def test_where_the_data_lies_changes_no_name(opened, keys):
    codes(opened)
    codes(opened, data_dir="elsewhere", download=False)
    assert keys[:2] == keys[2:]


def with_seed(config, seed):
    return dataclasses.replace(config, training=dataclasses.replace(config.training, seed=seed))


def with_other_weights(opened):
    """As if the run had been made anew in the same place."""
    autoencoder = load_autoencoder(opened.run.model)
    kernel = autoencoder.model.get_layer("conv_1").kernel
    kernel.assign(kernel * 1.5)
    autoencoder.model.save(opened.run.model)


def test_codes_of_another_model_are_not_taken(opened):
    before = np.array(codes(opened).test)
    with_other_weights(opened)
    after = codes(open_run(opened.run)).test
    assert np.abs(before - after).max() > 1e-3


def test_a_wider_memory_changes_nothing_but_the_memory(opened):
    streamed, _ = load_data(opened, AppliedDataConfig(memory_budget_mb=0))
    assert not streamed.train.in_memory
    in_memory, _ = load_data(opened, AppliedDataConfig())
    assert in_memory.train.in_memory
    np.testing.assert_array_equal(streamed.train.labels, in_memory.train.labels)


def test_without_labels_there_is_nothing_to_read_out(opened, fake_datasets):
    wanted = AppliedDataConfig(str(fake_datasets), dataset="fake_unlabelled", resize=True)
    data, _ = load_data(opened, wanted)
    with pytest.raises(ConfigError, match="--dataset=fake_unlabelled has no labels"):
        labelled(data, "fake_unlabelled")


def test_codes_that_are_not_kept_leave_nothing(opened):
    found = codes(opened, layer="pool_1", keep=False)
    assert found.train.shape[0] == 200
    assert np.isfinite(found.train).all()
    assert not opened.run.codes.exists()


def test_kept_codes_are_used_though_new_ones_are_not_kept(opened, monkeypatch):
    first = codes(opened)
    monkeypatch.setattr(features, "extract", lambda *_: pytest.fail("computed again"))
    np.testing.assert_array_equal(codes(opened, keep=False).train, first.train)


class TestLabelled:
    """What a readout learns from and is judged by."""

    def data(self, train, test):
        images = np.zeros((6, 4, 4, 1), np.uint8)
        train, test = (MemorySplit(images, np.array(s), ("a", "b", "c")) for s in (train, test))
        spec = SimpleNamespace(name="pets:1.0.0")
        return Data(spec, ("a", "b", "c"), (4, 4, 1), train, None, lambda: test)

    def test_images_with_a_label(self):
        found = labelled(self.data([0, -1, 1, 2, -1, 0], [-1, 2, 1, 0, -1, -1]), "pets")
        assert found.train.labels.tolist() == [0, 1, 2, 0]
        assert found.test.labels.tolist() == [2, 1, 0]

    @pytest.mark.parametrize("train", [[-1] * 6, [-1, -1, 2, 2, -1, 2]])
    def test_fewer_than_two_classes(self, train):
        with pytest.raises(ConfigError, match=r"training images of at least two classes\..*=6\."):
            labelled(self.data(train, [0, 1, 2, 0, 1, 2]), "pets")

    def test_no_test_image_with_a_label(self):
        with pytest.raises(ConfigError, match="No test image of --dataset=pets has a label"):
            labelled(self.data([0, 1, 2, 0, 1, 2], [-1] * 6), "pets")
