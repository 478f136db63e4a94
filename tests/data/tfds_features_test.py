"""Which feature is the image and which the label: what is declared or asked for, never an order."""

import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data import tfds_features

tfds = pytest.importorskip("tensorflow_datasets")
F = tfds.features
IMAGE = F.Image(shape=(8, 8, 1))
CLASSES = F.ClassLabel(num_classes=3)
NUMBER = F.Scalar(np.int64)


class Info:
    """What is read of `tfds.core.DatasetInfo`."""

    def __init__(self, features, supervised_keys=None):
        self.features = F.FeaturesDict(features)
        self.supervised_keys = supervised_keys


@pytest.mark.parametrize(
    ("features", "declared", "wanted", "expected"),
    [
        ({}, None, None, None),
        ({"kind": CLASSES}, None, None, "kind"),
        ({"kind": CLASSES, "label": CLASSES}, None, None, "label"),
        ({"kind": CLASSES, "label": CLASSES}, ("image", "kind"), None, "kind"),
        ({"kind": CLASSES, "label": CLASSES}, ("image", "kind"), "label", "label"),
        ({"kind": CLASSES, "other": CLASSES}, None, "other", "other"),
        ({"kind": CLASSES, "count": NUMBER}, None, None, "kind"),
        ({"kind": CLASSES, "count": NUMBER}, None, "count", "count"),
        ({"kind": CLASSES, "count": NUMBER}, ("image", "count"), None, "count"),
        ({"kind": CLASSES, "label": F.Text()}, ("image", "label"), None, "kind"),
        ({"count": NUMBER}, None, None, None),
        ({"label": NUMBER}, None, None, "label"),
        ({"label": F.Scalar(np.uint8)}, None, None, "label"),
        ({"label": F.Scalar(np.float32)}, None, None, None),
        ({"label": F.Tensor(shape=(2,), dtype=np.int64)}, None, None, None),
        ({"label": F.ClassLabel()}, None, None, None),
        ({"kind": CLASSES}, ("image", ("kind", "kind")), None, "kind"),
    ],
)
def test_the_label(features, declared, wanted, expected):
    for ordered in (features, dict(reversed(features.items()))):
        info = Info({"image": IMAGE, **ordered}, declared)
        assert tfds_features.label_key(info, "some", wanted) == expected


def test_of_several_labels_none_is_guessed():
    info = Info({"image": IMAGE, "parity": CLASSES, "digit": CLASSES, "count": NUMBER})
    with pytest.raises(
        ConfigError, match=r"several features for --label .* give one of digit, parity\."
    ):
        tfds_features.label_key(info, "some", None)


@pytest.mark.parametrize("wanted", ["image", "text", "nothing", ""])
def test_what_is_no_label_is_refused_with_those_there_are(wanted):
    info = Info({"image": IMAGE, "kind": CLASSES, "count": NUMBER, "text": F.Text()})
    with pytest.raises(ConfigError, match=rf"known: count, kind\. Received: label={wanted}\."):
        tfds_features.label_key(info, "some", wanted)


@pytest.mark.parametrize(
    ("features", "declared", "wanted", "expected"),
    [
        ({"photo": IMAGE}, None, None, "photo"),
        ({"photo": IMAGE, "image": IMAGE}, None, None, "image"),
        ({"photo": IMAGE, "image": IMAGE}, ("photo", "label"), None, "photo"),
        ({"photo": IMAGE, "image": IMAGE}, ("photo", "label"), "image", "image"),
        ({"photo": IMAGE, "mask": F.Image(shape=(8, 8, 4))}, ("mask", "x"), None, "photo"),
        ({"photo": IMAGE, "depth": F.Image(shape=(8, 8, 1), dtype=np.uint16)}, None, None, "photo"),
    ],
)
def test_the_image(features, declared, wanted, expected):
    for ordered in (features, dict(reversed(features.items()))):
        assert tfds_features.image_key(Info(ordered, declared), "some", wanted) == expected


def test_of_several_images_none_is_guessed():
    info = Info({"left": IMAGE, "right": IMAGE})
    with pytest.raises(ConfigError, match=r"several features for --image .*one of left, right\."):
        tfds_features.image_key(info, "some", None)
    with pytest.raises(ConfigError, match=r"known: left, right\. Received: image=label\."):
        tfds_features.image_key(info, "some", "label")


def test_features_without_names():
    info = Info({})
    info.features = F.Tensor(shape=(), dtype=np.int64)
    with pytest.raises(ConfigError, match="--dataset=some has no features with names"):
        tfds_features.image_key(info, "some", None)


def test_whole_numbers_as_classes():
    values = np.array([30, -1, 10, 10, 7])
    assert tfds_features.classes_of_numbers(values, "some", "age").tolist() == [7, 10, 30]


@pytest.mark.parametrize("values", [np.arange(1_001), np.array([-1, -1])])
def test_a_quantity_is_no_class(values):
    with pytest.raises(ConfigError, match=r"feature age of --dataset=some holds .* --label names"):
        tfds_features.classes_of_numbers(values, "some", "age")
