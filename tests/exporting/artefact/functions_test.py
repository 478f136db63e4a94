"""`python -m kerasae.transfer` from SavedModels of somebody else's."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from made_records import head_result, kept_codes

from kerasae.run_dir import RunDir

DATA = ("--dataset=digits", "--max_examples=150", "--resize")
QUICK = ("--heads=ridge", "--nobaselines", "--labels_per_class=1,all")


def _nan_at_3(picture):
    """Means, and no number for the fourth image."""
    means = tf.reduce_mean(picture, axis=(1, 2))
    bad = tf.equal(tf.range(tf.shape(means)[0]), 3)
    return tf.where(bad[:, tf.newaxis], np.float32("nan"), means)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A SavedModel of somebody else's, with several signatures."""
    folder = tmp_path_factory.mktemp("foreign") / "model"
    image = keras.Input((None, None, 1))
    means = keras.layers.AveragePooling2D(4)(image)
    model = keras.Model(image, means)
    archive = keras.export.ExportArchive()
    image = tf.TensorSpec((None, 28, 28, 1), tf.float32, name="picture")
    words = tf.TensorSpec((None,), tf.string, name="words")
    archive.add_endpoint("features", lambda picture: model(picture), input_signature=[image])
    archive.add_endpoint("lengths", lambda words: tf.strings.length(words), input_signature=[words])
    archive.add_endpoint(
        "both",
        lambda picture: {"a": model(picture), "b": model(picture)},
        input_signature=[image],
    )
    archive.add_endpoint("sum", lambda picture: tf.reduce_sum(picture), input_signature=[image])
    archive.add_endpoint(
        "text", lambda picture: tf.strings.as_string(model(picture)), input_signature=[image]
    )
    archive.add_endpoint(
        "unknown",
        lambda picture: tf.raw_ops.PlaceholderWithDefault(
            input=model(picture), shape=tf.TensorShape(None)
        ),
        input_signature=[image],
    )
    archive.add_endpoint(
        "fails", lambda picture: tf.reshape(model(picture), (-1, 49_000)), input_signature=[image]
    )
    archive.add_endpoint("nan", _nan_at_3, input_signature=[image])
    for name, count, dtype in (
        ("one", 1, "float32"),
        ("seven", 7, "float32"),
        ("signed", 1, "int8"),
    ):
        image = tf.TensorSpec((count, 28, 28, 1), dtype, name="picture")
        archive.add_endpoint(
            name, lambda picture: model(tf.cast(picture, tf.float32)), input_signature=[image]
        )
    archive.write_out(str(folder), verbose=False)
    return folder


class TestForeign:
    def test_another_signature_on_its_own_scale(self, cli, foreign, tmp_path):
        outcome = cli("transfer", f"--saved_model={foreign}", "--signature=features",
                      f"--out={tmp_path / 'out'}", *DATA, *QUICK)  # fmt: skip
        assert outcome.code == 0, outcome.err
        result = head_result(RunDir(tmp_path / "out"), "ridge")
        assert (result.features, result.encoder_trained_on) == (49, None)
        codes = kept_codes(tmp_path / "out/codes").values()
        assert max(array.max() for array in codes) <= 1
        assert result.accuracy > 0.5

    def test_one_that_takes_single_images(self, cli, foreign, tmp_path):
        """Is called for each, with the codes of one that takes them together."""
        found = {}
        for name in ("one", "features"):
            out = tmp_path / name
            outcome = cli("transfer", f"--saved_model={foreign}", f"--signature={name}",
                          f"--out={out}", *DATA, *QUICK)  # fmt: skip
            assert outcome.code == 0, outcome.err
            found[name] = kept_codes(out / "codes")
        for count in (150, 360):
            np.testing.assert_allclose(found["one"][count], found["features"][count], atol=1e-6)

    def test_one_that_fails(self, cli, foreign, tmp_path):
        outcome = cli("transfer", f"--saved_model={foreign}", "--signature=fails",
                      f"--out={tmp_path / 'out'}", *DATA, *QUICK)  # fmt: skip
        assert outcome.code == 1
        assert f"{foreign} can't make codes of 150 image(s) (28, 28, 1) (" in outcome.err
        assert "Traceback" not in outcome.err

    @pytest.mark.parametrize("verb", ["transfer", "encode"])
    def test_codes_that_are_no_numbers(self, cli, foreign, tmp_path, verb):
        out = tmp_path / "codes.npz" if verb == "encode" else tmp_path / "out"
        outcome = cli(verb, f"--saved_model={foreign}", "--signature=nan", f"--out={out}", *DATA,
                      *(QUICK if verb == "transfer" else ()))  # fmt: skip
        assert (outcome.code, outcome.out) == (1, "")
        assert re.fullmatch(
            rf"{foreign} \(nan\) gives NaN or infinity: first for image 3 of (code, )?train, "
            r"counted from 0\.", outcome.complaint,
        )  # fmt: skip
        assert not list(tmp_path.rglob("*.np[yz]"))

    def test_a_graph_that_writes_files(self, cli, tmp_path):
        """Runs where it is trusted, and not before."""
        module, written = tf.Module(), tmp_path / "written"

        def encode(picture):
            with tf.control_dependencies([tf.io.write_file(str(written), "x")]):
                return {"code": tf.reduce_mean(picture, axis=(1, 2))}

        spec = tf.TensorSpec((None, 28, 28, 1), tf.float32, name="picture")
        module.encode = tf.function(encode, input_signature=[spec])
        folder = tmp_path / "hostile"
        tf.saved_model.save(module, str(folder), signatures={"encode": module.encode})
        for verb in ("encode", "transfer"):
            out = tmp_path / "out.npz"
            outcome = cli(verb, f"--saved_model={folder}", f"--out={out}", *DATA)
            assert (outcome.code, outcome.out) == (1, "")
            assert "It has the operations WriteFile. " in outcome.complaint
            assert "run it with --trust." in outcome.complaint
            assert not written.exists() and not out.exists()
        outcome = cli("encode", f"--saved_model={folder}", "--trust", f"--out={out}", *DATA)
        assert outcome.code == 0, outcome.err
        assert written.exists()

    def test_a_tflite_file_with_an_operator_of_tensorflows(self, cli, tmp_path):
        spec = tf.TensorSpec((1, 28, 28, 1), tf.float32)
        strange = tf.function(lambda picture: tf.linalg.det(picture[..., 0])[:, None], [spec])
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [strange.get_concrete_function()], strange
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.SELECT_TF_OPS]
        path = tmp_path / "flex.tflite"
        path.write_bytes(converter.convert())
        outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}", *DATA)
        assert (outcome.code, outcome.out) == (1, "")
        assert f"{path} needs operators that are not part of LiteRT (" in outcome.complaint

    @pytest.mark.parametrize(("count", "code"), [(1, 0), (3, 2)])
    def test_a_tflite_file_of_a_fixed_batch(self, cli, tmp_path, count, code):
        """As files are shipped mostly: of one image."""
        image = tf.TensorSpec((count, 28, 28, 1), tf.float32)
        means = tf.function(lambda picture: tf.nn.avg_pool2d(picture, 4, 4, "VALID"), [image])
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [means.get_concrete_function()], means
        )
        path = tmp_path / "foreign.tflite"
        path.write_bytes(converter.convert())
        outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}",
                      *DATA, *QUICK)  # fmt: skip
        assert outcome.code == code, outcome.err
        if code:
            assert f"or single images. Received: batches of {count}" in outcome.complaint
        else:
            result = head_result(RunDir(tmp_path / "out"), "ridge")
            assert (result.features, result.train_images) == (49, 150)
            assert result.accuracy > 0.5

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (
                [],
                "--signature must be one of both, fails, features, lengths, nan, one, "
                "serving_default, seven, signed, sum, text, unknown.",
            ),
            (["--signature=lengths"], "must take images (batch, height, width, channels)"),
            (["--signature=both"], "must give one output, or one named 'code'. Received: a, b."),
            (["--signature=sum"], "must give a code (batch, size) of known size"),
            (
                ["--signature=text"],
                "must give a code (batch, size) of known size, in numbers. Received: string",
            ),
            (["--signature=unknown"], "Received: float32 of unknown shape."),
            (
                ["--signature=seven"],
                "any size, or single images. Received: batches of 7",
            ),
            (["--signature=signed"], "as uint8 or float32. Received: int8 [1, 28, 28, 1]."),
        ],
    )
    def test_signatures_that_make_no_codes(self, cli, foreign, tmp_path, flags, message):
        outcome = cli("transfer", f"--saved_model={foreign}", f"--out={tmp_path / 'out'}",
                      *DATA, *flags)  # fmt: skip
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.complaint
        assert not (tmp_path / "out").exists()
