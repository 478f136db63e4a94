"""What every readout promises; a new file in kerasae/readouts/heads/ is tested by this."""

import json
import zipfile

import numpy as np
import pytest

from kerasae import registry

HEADS = registry.names("kerasae.readouts.heads")
QUICK = {"epochs": 12, "hidden": (30,), "learning_rate": 0.03}
SPREAD = np.array([0.1, 1.0, 10.0, 200.0], np.float32)


def blobs(classes, each, seed=0):
    """`(codes, labels)`: a cloud a class, far apart, features of very different size."""
    draw = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    places = np.random.default_rng(1).permuted(np.tile(np.arange(classes) * 10.0, (4, 1)), axis=1)
    codes = places.T[labels] + draw.normal(size=(len(labels), 4))
    return codes.astype(np.float32) * SPREAD + 3, labels


@pytest.fixture(scope="module", params=HEADS)
def head(request):
    return registry.load("kerasae.readouts.heads", request.param, "--heads")


def fitted(head, codes, labels, classes, seed=0):
    """Fits with fewer epochs and units than by default, where there are any."""
    options = set(head.Config.__dataclass_fields__)
    quick = {name: value for name, value in QUICK.items() if name in options}
    return head.fit(head.Config(**quick), codes, labels, classes, seed)


@pytest.fixture(scope="module")
def readout(head):
    return fitted(head, *blobs(3, 60), 3)


def test_separable_classes_are_separated(readout):
    codes, labels = blobs(3, 40, seed=2)
    predicted = readout.predict(codes)
    assert predicted.shape == (120,)
    assert predicted.dtype == np.int64
    assert np.mean(predicted == labels) > 0.99


def test_every_code_counts_by_itself(readout):
    """The statistics are those of the training codes, never of what is asked."""
    codes, _ = blobs(3, 5, seed=2)
    alone = [readout.predict(code[np.newaxis])[0] for code in codes]
    np.testing.assert_array_equal(alone, readout.predict(codes))
    moved = readout.predict(codes + 100 * SPREAD)
    assert len(np.unique(moved)) == 1


def test_save_and_load_is_exact_and_without_pickle(head, readout, tmp_path):
    path = tmp_path / f"head{head.SUFFIX}"
    readout.save(path)
    codes = np.random.default_rng(3).normal(3, 20, (500, 4)).astype(np.float32) * SPREAD
    predicted = readout.predict(codes)
    assert len(np.unique(predicted)) == 3
    np.testing.assert_array_equal(head.load(path).predict(codes), predicted)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.endswith(("pkl", "pickle"))]


def test_settings_are_ready_for_json(head, readout):
    assert json.loads(json.dumps(readout.settings))
    names = set(head.Config.__dataclass_fields__)
    assert names <= set(readout.settings)


def test_the_scale_of_a_feature_makes_no_difference(head, readout):
    codes, labels = blobs(3, 60)
    asked, _ = blobs(3, 40, seed=2)
    scale, shift = np.array([1e3, 1e-3, 7, 1], np.float32), np.array([-500, 2, 0, 1e3], np.float32)
    other = fitted(head, codes * scale + shift, labels, 3)
    agree = other.predict(asked * scale + shift) == readout.predict(asked)
    assert np.mean(agree) > 0.99


def test_two_classes(head):
    codes, labels = blobs(2, 40)
    asked, truth = blobs(2, 40, seed=2)
    assert np.mean(fitted(head, codes, labels, 2).predict(asked) == truth) > 0.99


def test_a_class_without_examples_is_never_predicted(head):
    codes, labels = blobs(2, 60)
    readout = fitted(head, codes, labels * 3, 5)
    far = np.random.default_rng(4).normal(0, 5_000, (4_000, 4)).astype(np.float32) * SPREAD
    assert set(np.unique(readout.predict(far))) == {0, 3}


def test_features_that_never_change(head):
    codes, labels = blobs(3, 40)
    asked, truth = blobs(3, 40, seed=2)
    codes[:, 1], asked[:, 1] = 0.1, 0.1
    assert np.mean(fitted(head, codes, labels, 3).predict(asked) == truth) > 0.99
    nothing = np.zeros((30, 3), np.float32)
    predicted = fitted(head, nothing, np.arange(30) % 3, 3).predict(nothing)
    assert len(np.unique(predicted)) == 1


@pytest.mark.parametrize("each", [1, 2])
def test_hardly_any_examples(head, each):
    """Too few to hold one of every class out."""
    codes, labels = blobs(6, each)
    assert fitted(head, codes, labels, 6).predict(codes).shape == (6 * each,)


def test_the_same_again_with_the_same_seed(head, readout):
    again = fitted(head, *blobs(3, 60), 3)
    asked = np.random.default_rng(5).normal(10, 10, (300, 4)).astype(np.float32) * SPREAD
    np.testing.assert_array_equal(again.predict(asked), readout.predict(asked))
