"""OpenVINO on TFLite files, on ONNX files and on a SavedModel's signatures."""

import logging

import pytest
import tensorflow as tf

from kerasae.exporting.config import missing
from kerasae.exporting.targets import onnx, saved_model

openvino = pytest.importorskip("openvino", reason="OpenVINO isn't installed")
pytestmark = pytest.mark.slow
PARTS = pytest.mark.parametrize("part", ["encoder", "decoder", "autoencoder"])


@pytest.fixture(autouse=True)
def level_as_it_was():
    """The converter sets the root logger's level, and so that of all that log in this process."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)


def run(model, values):
    """A model in float32, whatever the processor would prefer."""
    precise = {"INFERENCE_PRECISION_HINT": "f32"}
    return openvino.Core().compile_model(model, "CPU", precise)(values)[0]


@PARTS
def test_tflite(exported_files, apart, part):
    """Image by image: the first function has a fixed batch. A fused ReLU was left out here."""
    _, folder, cases = exported_files
    values, expected = cases[part]
    model = openvino.Core().read_model(folder / "tflite" / f"{part}_float32.tflite")
    for at in range(len(values)):
        assert apart(run(model, values[at : at + 1]), expected[at : at + 1]) < 1e-5


@pytest.fixture(scope="module")
def onnx_files(exported_files, tmp_path_factory):
    if lacking := missing("onnx"):
        pytest.skip(lacking)
    folder = tmp_path_factory.mktemp("onnx")
    onnx.write(exported_files[0], folder)
    return folder


@PARTS
def test_onnx(exported_files, onnx_files, apart, part):
    values, expected = exported_files[2][part]
    model = openvino.Core().read_model(onnx_files / "onnx" / f"{part}.onnx")
    for count in (1, 3):
        assert apart(run(model, values[:count]), expected[:count]) < 1e-5


@pytest.fixture(scope="module")
def signatures(exported_files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved_model") / "1"
    saved_model.write(exported_files[0], folder)
    loaded = tf.saved_model.load(str(folder))
    yield loaded.signatures


@PARTS
def test_signatures_at_the_models_own_size(exported_files, signatures, apart, part):
    values, expected = exported_files[2][part]
    model = openvino.convert_model(signatures[part])
    assert apart(run(model, values), expected) < 1e-5


def test_a_signature_that_resizes_is_refused(signatures):
    """What the guide says of it; where it is taken one day, the guide can say so."""
    with pytest.raises(Exception, match="ScaleAndTranslate"):
        openvino.convert_model(signatures["encode_float"])
