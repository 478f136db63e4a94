"""What falls short is refused, with its numbers; the files' outputs are made up here."""

import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.exporting import fresh_process, parity
from kerasae.exporting.call import Call
from kerasae.exporting.exported import Exported
from kerasae.exporting.fresh_process import Outputs
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled

IMAGES = np.random.default_rng(0).integers(0, 256, (200, 8, 8, 1), np.uint8)
LABELS = np.arange(200) % 2
STEP = 0.01


@pytest.fixture(scope="module")
def exported():
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    return Exported(build_autoencoder("pooled", config, (8, 8, 1)))


@pytest.fixture
def check(exported, monkeypatch):
    """Checks one function that gives `whole`, and `tried` to one and to seven images."""

    def run(expected, whole, tolerance=None, tried=None, output=None, linear=None):
        call = Call("tflite", "tflite/file.tflite", "", "image", expected, "", tolerance, 10_000)
        tried = tried or (whole[:1], whole[:7])
        outputs = Outputs({"input": {}, "output": output or {}}, tried, whole)
        monkeypatch.setattr(fresh_process, "run", lambda *_: [outputs])
        evaluation = parity.EvaluationImages(IMAGES, LABELS, linear)
        (checked,) = parity.check(exported, exported.expected(IMAGES), None, [call], evaluation)
        return checked.found

    return run


@pytest.fixture(scope="module")
def expected(exported):
    return exported.expected(IMAGES)


def test_floats_that_agree(check, expected):
    found = check("code", expected["code"] * (1 + 1e-6), tolerance=1e-5)
    assert 1e-7 < found["difference"] < 1e-5
    assert found["images"] == 200


def test_floats_that_differ_in_one_batch_only(check, expected):
    code = expected["code"]
    with pytest.raises(RunError, match=r"^Nothing is published\. .*file\.tflite differs"):
        check("code", code, tolerance=1e-5, tried=(code[:1], code[:7] * 1.001))


def worse(expected, factor):
    """Reconstructions of `factor` times the error."""
    images = expected["image"] / np.float32(255)
    return images + (expected["reconstruction"] - images) * np.float32(factor**0.5)


def test_a_tenth_more_error_is_allowed(check, expected):
    (effect,) = check("reconstruction", worse(expected, 1.09))["effects"]
    assert effect["quantised"] / effect["model"] == pytest.approx(1.09, rel=1e-3)
    with pytest.raises(RunError, match=r"the reconstruction error .* is .* where the Keras"):
        check("reconstruction", worse(expected, 1.11))


def test_the_scale_is_applied(check, expected):
    """Stored numbers are judged by what they stand for."""
    stored = np.clip(np.rint(expected["reconstruction"] / STEP) + 3, 0, 255).astype(np.uint8)
    found = check("reconstruction", stored, output={"scale": STEP, "zero_point": 3})
    assert found["effects"][0]["quantised"] == pytest.approx(found["effects"][0]["model"], rel=0.01)


def wrong(count):
    """A linear readout with so many mistakes on codes marked with 99, none on others."""

    def predict(codes):
        marked = codes[:, 0] == 99
        return np.where(marked & (np.arange(200) < count), 1 - LABELS, LABELS)

    return predict


def test_half_a_point_less_accuracy_is_allowed(check, expected, exported, monkeypatch):
    marked = expected["code"].copy()
    marked[:, 0] = 99
    monkeypatch.setattr(
        type(exported.autoencoder.decoder), "predict", lambda *_, **__: expected["reconstruction"]
    )
    effects = check("code", marked, linear=wrong(1))["effects"]
    assert [effect["quantised"] for effect in effects][1] == 0.995
    with pytest.raises(RunError, match=r"linear-readout accuracy is 0\.99 where .* 1; .* 0\.995"):
        check("code", marked, linear=wrong(2))


def test_without_labels_the_code_is_judged_by_its_reconstruction(check, expected):
    (effect,) = check("code", expected["code"])["effects"]
    assert "reconstruction error" in effect["what"]


def test_accuracies_are_of_the_images_that_have_a_label():
    labels = np.array([0, -1, 1, -1, 1])
    evaluation = parity.EvaluationImages(IMAGES[:5], labels, None)
    assert evaluation.correct(np.array([0, 0, 0, 1, 1])).tolist() == [True, False, True]


def test_other_outputs_for_another_batch(check, expected):
    stored = np.full((200, 8, 8, 1), 100, np.uint8)
    with pytest.raises(RunError, match="gives other outputs for a batch of 7"):
        check("reconstruction", stored, tried=(stored[:1], stored[:7] + 2),
              output={"scale": STEP, "zero_point": 0})  # fmt: skip
