"""Results lie by what they were made of: none takes another's place, none is taken for another."""

import dataclasses
import errno
import json
import shutil

import numpy as np
import pytest
from made_records import head_path, spec, write_readout
from run_copies import content

from kerasae import files
from kerasae.config import RunError
from kerasae.readouts import results, titles
from kerasae.readouts.heads import knn
from kerasae.readouts.origin import Images
from kerasae.readouts.results import RESULT
from kerasae.run_dir import RunDir

MNIST = spec("mnist:3.0.1")


@pytest.fixture
def run(tmp_path):
    return RunDir(tmp_path)


CHANGES = [
    {"max_examples": 5_000},
    {"kept": ("1", "8")},
    {"seed": 4},
    {"options": {"hidden": [256]}},
    {"features_of": "layers/conv_1"},
    {"features_of": "baselines/pca"},
    {"head": "ffn"},
    {"dataset": dataclasses.replace(MNIST, content="other images of the same name")},
    {"dataset": spec("fashion_mnist:3.0.1")},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_of_something_else_lies_somewhere_else(run, change):
    first = write_readout(run, MNIST, "linear", 0.9)
    before = content(run)
    other = write_readout(run, **{"dataset": MNIST, "head": "linear", "accuracy": 0.5, **change})
    after = content(run)
    assert before.items() <= after.items()
    assert len(after) == 2 * len(before)
    assert results.read(run, first.origin).accuracy == 0.9
    assert results.read(run, other.origin).accuracy == 0.5


def test_the_same_again_takes_the_place_of_the_first(run):
    write_readout(run, MNIST, "linear", 0.9)
    write_readout(run, MNIST, "linear", 0.9)
    assert len(results.on_the_code(run)) == 1


def test_results_are_listed_by_what_they_are_on(run):
    write_readout(run, MNIST, "ridge", 0.9, train_images=500, max_examples=500)
    write_readout(run, MNIST, "ridge", 0.9)
    write_readout(run, MNIST, "ridge", 0.8, features_of="layers/conv_1")
    write_readout(run, MNIST, "ridge", 0.7, features_of="baselines/pixels")
    assert [result.train_images for result in results.on_the_code(run)] == [60_000, 500]
    assert [result.accuracy for result in results.on_layers(run)] == [0.8]
    assert [result.accuracy for result in results.on_baselines(run)] == [0.7]


def test_the_newest_of_the_same_images_counts(run):
    write_readout(run, MNIST, "ffn", 0.9, seed=1, fitted="2026-01-02")
    write_readout(run, MNIST, "ffn", 0.8, seed=2, fitted="2026-01-03")
    write_readout(run, MNIST, "ffn", 0.7, seed=3, fitted="2026-01-04", max_examples=9)
    images = Images("another name", MNIST.content, MNIST.classes, None, (28, 28))
    found = results.newest(results.on_the_code(run), images)
    assert {head: result.accuracy for head, result in found.items()} == {"ffn": 0.8}


def test_words_tell_results_apart(run):
    made = [
        write_readout(run, MNIST, "ffn", 0.9, **more)
        for more in (
            {"seed": 0},
            {"seed": 1},
            {"options": {"hidden": [256], "dropout": 0.3}},
            {"train_images": 100, "max_examples": 100},
            {"train_images": 100, "max_examples": 101},
            {"features_of": "baselines/pca"},
        )
    ]
    assert titles.readout_titles(made) == [
        "feed-forward readout, seed 0",
        "feed-forward readout, seed 1",
        "feed-forward readout, hidden=256",
        f"feed-forward readout, seed 0, {made[3].origin.key}",
        f"feed-forward readout, seed 0, {made[4].origin.key}",
        "feed-forward readout",
    ]


@pytest.fixture
def fitted(run):
    """A result with its head."""
    draw = np.random.default_rng(0)
    codes, labels = draw.normal(size=(20, 3)).astype(np.float32), np.arange(20) % 2
    readout = knn.fit(knn.Config(), codes, labels, 2, 0)
    result = write_readout(run, MNIST, "knn", 0.9)
    return results.write(run, result, readout), codes


class TestTheHeadBesideItsResult:
    def test_it_is_loaded(self, run, fitted):
        result, codes = fitted
        again = results.load_head(run, results.read(run, result.origin))
        assert again.predict(codes).shape == (20,)

    @pytest.mark.parametrize("content", [b"", b"PK", b"another head"])
    def test_another_one_is_refused(self, run, fitted, content):
        head_path(run, "knn", "mnist").write_bytes(content)
        with pytest.raises(RunError, match=r"head\.npz is not the head .* fits it anew"):
            results.load_head(run, fitted[0])

    def test_one_that_is_missing_is_refused(self, run, fitted):
        head_path(run, "knn", "mnist").unlink()
        with pytest.raises(RunError, match=r"head\.npz is missing"):
            results.load_head(run, fitted[0])

    @pytest.mark.parametrize("failing", ["head", "result"])
    def test_both_stay_where_the_new_ones_fail(self, run, fitted, monkeypatch, failing):
        result, _ = fitted
        before = content(run)

        def full(*_, **__):
            raise OSError(errno.ENOSPC, "No space left on device")

        place = (np, "savez_compressed") if failing == "head" else (files, "write_json")
        monkeypatch.setattr(*place, full)
        with pytest.raises(OSError, match="No space left"):
            results.write(run, result, knn.KnnReadout(np.eye(3), np.arange(3), {"neighbours": 1}))
        assert content(run) == before


class TestADamagedResult:
    @pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"accuracy": 1.0}'])
    def test_it_is_refused(self, run, fitted, text):
        (results.folder_of(run, fitted[0].origin) / RESULT).write_text(text)
        with pytest.raises(RunError, match=r"result\.json is damaged.* its folder may"):
            results.on_the_code(run)

    def test_a_changed_number_is_noticed(self, run, fitted):
        path = results.folder_of(run, fitted[0].origin) / RESULT
        changed = json.loads(path.read_text())
        path.write_text(json.dumps({**changed, "accuracy": 0.99}))
        with pytest.raises(RunError, match="was changed since kerasae wrote it"):
            results.on_the_code(run)

    def test_one_in_another_ones_folder_is_refused(self, run, fitted):
        folder = results.folder_of(run, fitted[0].origin)
        shutil.copytree(folder, folder.with_name("knn-00000000"))
        with pytest.raises(RunError, match=r"knn-00000000.* is damaged: it is the result of knn"):
            results.on_the_code(run)
