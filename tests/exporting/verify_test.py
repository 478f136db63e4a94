"""`python -m kerasae.export --verify=…`: every byte and every output of a version."""

import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae import files
from kerasae.exporting import manifest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(published):
    return published[0]


@pytest.fixture
def copy(folder, tmp_path):
    """A version that a test may damage."""
    shutil.copytree(folder, tmp_path / "1")
    return tmp_path / "1"


def seal_anew(copy, **changes):
    """Makes the hashes anew, as who changes a version on purpose would."""
    content = files.read_json(copy / "manifest.json") | changes
    content.pop("files")
    manifest.seal(copy, content)


def test_what_was_published(cli, folder):
    outcome = cli("export", f"--verify={folder}")
    assert outcome.code == 0, outcome.err
    assert "functions are as they were published" in outcome.out


@pytest.mark.parametrize(
    "name", ["saved_model.pb", "variables/variables.data-00000-of-00001", "golden.npz",
             "tflite/encoder_int8.tflite", "keras/autoencoder.keras", "MODEL_CARD.md"],
)  # fmt: skip
def test_a_changed_byte_is_found_and_named(cli, copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    outcome = cli("export", f"--verify={copy}")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"{copy} is not what was published: {name} is changed." in outcome.complaint


def test_half_a_version(cli, copy):
    shutil.rmtree(copy / "variables")
    (copy / "tflite" / "decoder_int8.tflite").unlink()
    outcome = cli("export", f"--verify={copy}")
    assert outcome.code == 1
    for name in ("tflite/decoder_int8.tflite", "variables/variables.index"):
        assert f"{name} is missing" in outcome.complaint
    (copy / "manifest.json").unlink()
    outcome = cli("export", f"--verify={copy}")
    assert outcome.code == 2
    assert "half of one: manifest.json is missing" in outcome.complaint


def test_other_outputs_are_found_though_the_hashes_agree(cli, copy):
    """As if a library had changed what it makes of the same bytes."""
    with np.load(copy / "golden.npz", allow_pickle=False) as stored:
        golden = dict(stored)
    golden["reconstruction"] = golden["reconstruction"] * 1.1
    name = "tflite/encoder_int8.tflite/encoder_batch_1"
    golden[name] = 255 - golden[name]
    np.savez(copy / "golden.npz", **golden)
    seal_anew(copy)
    outcome = cli("export", f"--verify={copy}")
    assert outcome.code == 1
    for named in (
        "saved_model signature 'decode' differs from the Keras model",
        "tflite/autoencoder_float16.tflite signature 'autoencoder_batch_1' differs",
        "tflite/encoder_int8.tflite signature 'encoder_batch_1' gives other outputs",
    ):
        assert named in outcome.complaint
    for named in ("encoder_float32", "'encode'", "'encoder'", "classifier"):
        assert named not in outcome.complaint.replace("autoencoder_float32", "")


def test_golden_images_with_a_pickle_are_not_loaded(cli, copy):
    np.savez(copy / "golden.npz", image=np.array([{}], object), code=np.zeros(1))
    seal_anew(copy)
    outcome = cli("export", f"--verify={copy}")
    assert outcome.code == 1
    assert "golden.npz is damaged" in outcome.complaint


def test_a_manifest_decides_neither_what_is_run_nor_how_close_it_must_be(cli, copy):
    listed = files.read_json(copy / "manifest.json")["functions"]
    wide = [item | {"tolerance": item["tolerance"] and 1e9} for item in listed]
    for functions in ([], listed[1:], wide):
        seal_anew(copy, functions=functions)
        outcome = cli("export", f"--verify={copy}")
        assert (outcome.code, outcome.out) == (1, "")
        assert "manifest.json doesn't list the functions of its files" in outcome.complaint


def test_a_graph_that_does_more_than_compute_is_not_run(cli, copy, tmp_path):
    written, module = tmp_path / "written", tf.Module()

    def encode(image):
        with tf.control_dependencies([tf.io.write_file(str(written), "x")]):
            return {"code": tf.zeros((tf.shape(image)[0], 6))}

    spec = tf.TensorSpec((None, None, None, 1), tf.uint8, name="image")
    module.encode = tf.function(encode, input_signature=[spec])
    tf.saved_model.save(module, str(tmp_path / "hostile"), signatures={"encode": module.encode})
    shutil.copy(tmp_path / "hostile" / "saved_model.pb", copy)
    seal_anew(copy)
    outcome = cli("export", f"--verify={copy}")
    assert (outcome.code, outcome.out) == (1, "")
    assert "It has the operations WriteFile." in outcome.complaint
    assert not written.exists()


def test_a_keras_file_with_code_in_it_is_not_run(cli, copy, tmp_path):
    """Keras's safe mode refuses it in the process that tries the files."""
    written = tmp_path / "written"
    image = keras.Input((12, 12, 1))
    place = str(written)
    code = keras.layers.Lambda(lambda x: (__import__("pathlib").Path(place).touch(), x)[1])
    keras.Model(image, code(image)).save(copy / "keras" / "autoencoder.keras")
    written.unlink(missing_ok=True)
    seal_anew(copy)
    outcome = cli("export", f"--verify={copy}")
    assert (outcome.code, outcome.out) == (1, "")
    assert "The exported files can't be run: " in outcome.complaint
    assert not written.exists()


def test_refused(cli, tmp_path, folder):
    assert "--verify must be a version folder" in cli("export", f"--verify={tmp_path}/no").err
    outcome = cli("export", f"--verify={folder}", "--name=x")
    assert outcome.code == 2
    assert "--verify goes without --name" in outcome.complaint
