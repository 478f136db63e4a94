"""TFLite files, run here by LiteRT alone, as a client would."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from kerasae.config import RunError
from kerasae.exporting.contents import PRECISIONS
from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import tflite
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled

SHAPE = (21, 14, 1)
# Never quite black or white: the range of the input doesn't come from here.
IMAGES = np.random.default_rng(0).integers(20, 230, (40, *SHAPE), np.uint8)
SCALED = IMAGES / np.float32(255)
CONFIGS = {
    # Large enough for the fast path of transposed convolutions, which is for TensorFlow only.
    "tied": ("all_convolutional", all_convolutional.Config((3, 2), (11, 3), (1, 2))),
    "untied": ("pooled", pooled.Config(filters=(4, 3), dense_sizes=(6,), latent_dim=5)),
}


@pytest.fixture(scope="module", params=CONFIGS)
def written(request, tmp_path_factory):
    """`(exported, folder)`."""
    keras.utils.set_random_seed(0)
    exported = Exported(build_autoencoder(*CONFIGS[request.param], SHAPE))
    folder = tmp_path_factory.mktemp("written")
    tflite.write(exported, folder, IMAGES)
    return exported, folder


def of(written, part, precision):
    """A file's interpreter with what it is to be given and to give."""
    exported, folder = written
    own = exported.autoencoder
    code = own.encoder(SCALED).numpy()
    given, expected = {
        "encoder": (SCALED, code),
        "decoder": (code, own.decoder(code).numpy()),
        "autoencoder": (SCALED, own.model(SCALED).numpy()),
    }[part]
    path = folder / "tflite" / f"{part}_{precision}.tflite"
    return Interpreter(str(path)), given, expected


PARTS = pytest.mark.parametrize("part", ["encoder", "decoder", "autoencoder"])
NAMES = {"encoder": ("image", "code"), "decoder": ("code", "reconstruction"),
         "autoencoder": ("image", "reconstruction")}  # fmt: skip


def test_every_part_in_every_precision(written):
    names = sorted(path.name for path in (written[1] / "tflite").iterdir())
    assert names == sorted(
        f"{part}_{precision}.tflite" for part in NAMES for precision in PRECISIONS
    )


@PARTS
@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-4), ("float16", 5e-3)])
def test_floats(written, part, precision, tolerance):
    interpreter, given, expected = of(written, part, precision)
    takes, gives = NAMES[part]
    run = interpreter.get_signature_runner()
    for count in (1, 7, 40):
        found = run(**{takes: given[:count]})[gives]
        assert found.dtype == np.float32
        assert np.abs(found - expected[:count]).max() <= tolerance * np.abs(expected).max()


@PARTS
def test_eight_bits(written, part):
    """Images are taken and given as they are; a code by the scale in the file."""
    interpreter, given, expected = of(written, part, "int8")
    takes, gives = NAMES[part]
    (detail,), (output,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert detail["dtype"] == output["dtype"] == np.uint8
    scale, zero_point = detail["quantization"]
    if takes == "image":
        assert scale == pytest.approx(1 / 255)
        assert zero_point == 0
        stored = IMAGES
    else:
        stored = np.clip(np.rint(given / scale) + zero_point, 0, 255).astype(np.uint8)
    run = interpreter.get_signature_runner()
    scale, zero_point = output["quantization"]
    whole = None
    for count in (40, 1, 7):
        found = run(**{takes: stored[:count]})[gives]
        assert len(found) == count
        whole = found if whole is None else whole
        np.testing.assert_array_equal(found, whole[:count])
    real = (whole.astype(np.float32) - zero_point) * scale
    assert np.abs(real - expected).mean() < 0.05 * np.ptp(expected)


@PARTS
def test_built_in_operators_only(written, part):
    for precision in PRECISIONS:
        interpreter, _, _ = of(written, part, precision)
        operators = {detail["op_name"] for detail in interpreter._get_ops_details()}
        assert not [name for name in operators if name.startswith("Flex") or name == "CUSTOM"]


def test_smaller_numbers_make_smaller_files(written):
    sizes = [
        (written[1] / "tflite" / f"encoder_{precision}.tflite").stat().st_size
        for precision in ("int8", "float16", "float32")
    ]
    assert sizes == sorted(sizes)


def test_the_images_are_left_as_they_were(written):
    assert IMAGES.min() >= 20


def test_other_operators_are_refused(written, tmp_path):
    image = keras.Input(SHAPE)
    determinant = keras.layers.Lambda(lambda x: tf.linalg.det(x[:, :14, :14, 0]))
    strange = keras.Model(image, determinant(image))
    exported = Exported(written[0].autoencoder)
    exported.__dict__["models"] = {**exported.models, "encoder": strange}
    with pytest.raises(
        RunError, match=r"encoder_float32\.tflite can't be made of built-in"
    ) as info:
        tflite.write(exported, tmp_path, IMAGES)
    assert "Without tflite in --targets the rest can be exported" in str(info.value)


def test_the_precisions_that_are_wanted(tmp_path, written):
    exported = Exported(written[0].autoencoder, precisions=("float16",))
    tflite.write(exported, tmp_path, IMAGES)
    names = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "tflite").iterdir()}
    assert names == {f"tflite/{part}_float16.tflite" for part in NAMES}
    assert {call.path for call in tflite.calls(exported.contents)} == names
