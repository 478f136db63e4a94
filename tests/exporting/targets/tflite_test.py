"""TFLite files, run here by LiteRT alone, as a client would."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

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
    "tied": (
        "all_convolutional",
        all_convolutional.Config(
            (30, 2), (11, 3), (1, 2), activation="relu", output_activation="relu"
        ),
    ),
    "untied": (
        "pooled",
        pooled.Config(filters=(4, 3), dense_sizes=(60,), latent_dim=5, normalization="batch"),
    ),
}


@pytest.fixture(scope="module", params=CONFIGS)
def written(request, tmp_path_factory):
    """`(exported, folder)`."""
    keras.utils.set_random_seed(0)
    exported = Exported(build_autoencoder(*CONFIGS[request.param], SHAPE))
    for weight in exported.autoencoder.model.weights:  # A bias of zeros would be left out.
        if len(weight.shape) == 1:
            weight.assign(weight + np.float32(0.1))
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


def both(interpreter, part):
    """The counts that each function of a file takes, with the function."""
    for name, counts in ((f"{part}_batch_1", (1,)), (f"{part}_batch_any", (40, 1, 7))):
        run = interpreter.get_signature_runner(name)
        yield from ((count, run) for count in counts)


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
    for count, run in both(interpreter, part):
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
    scale, zero_point = output["quantization"]
    whole = interpreter.get_signature_runner(f"{part}_batch_any")(**{takes: stored})[gives]
    for count, run in both(interpreter, part):
        found = run(**{takes: stored[:count]})[gives]
        assert len(found) == count
        # What computes a fixed batch may round the other way, and each layer carries that on.
        most = 3 if count == 1 else 0
        np.testing.assert_allclose(found.astype(int), whole[:count].astype(int), rtol=0, atol=most)
    real = (whole.astype(np.float32) - zero_point) * scale
    assert np.abs(real - expected).mean() < 0.05 * np.ptp(expected)


@PARTS
def test_clients_that_name_no_function_find_a_fixed_batch_of_1(written, part):
    """And are refused where they resize it, instead of getting wrong numbers."""
    interpreter, given, _ = of(written, part, "float32")
    (detail,) = interpreter.get_input_details()
    assert detail["shape_signature"][0] == 1
    reference = Interpreter(
        str(written[1] / "tflite" / f"{part}_float32.tflite"),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
    )
    if part != "encoder":
        with pytest.raises(RuntimeError):
            reference.resize_tensor_input(detail["index"], given[:7].shape)
            reference.allocate_tensors()
            reference.set_tensor(detail["index"], given[:7])
            reference.invoke()


def test_no_activation_is_part_of_a_transposed_convolution(written):
    """Older runtimes refuse it, and OpenVINO leaves it out without a word."""
    versions = set()
    for path in (written[1] / "tflite").iterdir():
        model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
        for operator in (operator for graph in model.subgraphs for operator in graph.operators):
            code = model.operatorCodes[operator.opcodeIndex]
            if code.builtinCode == schema.BuiltinOperator.TRANSPOSE_CONV:
                versions.add(code.version)
                assert operator.builtinOptions.fusedActivationFunction == 0
    assert versions and max(versions) <= 3


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


def test_other_operators_are_refused(written, tmp_path, monkeypatch):
    image = keras.Input(SHAPE)
    determinant = keras.layers.Lambda(lambda x: tf.linalg.det(x[:, :14, :14, 0]))
    strange = keras.Model(image, determinant(image))
    exported = Exported(written[0].autoencoder)
    models = {**exported.models, "encoder": strange}
    monkeypatch.setattr(Exported, "models", models)
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
