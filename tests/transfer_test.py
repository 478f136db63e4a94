"""`python -m kerasae.transfer`: what the run-directory way finds, from the exported files alone."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae import run_dir as files

DATA = ("--dataset=digits", "--max_examples=150", "--resize")
QUICK = ("--heads=ridge", "--nobaselines", "--labels_per_class=1,all")


@pytest.fixture(scope="module")
def folder(published):
    return published[0]


@pytest.fixture(scope="module")
def result(cli, folder, tmp_path_factory):
    """`(out, outcome)` of the published version on digits."""
    out = tmp_path_factory.mktemp("transfer") / "new" / "out"
    outcome = cli("transfer", f"--saved_model={folder}", f"--out={out}", *DATA,
                  "--image_size=12", "--heads=ridge,knn", "--full",
                  "--labels_per_class=1,all")  # fmt: skip
    assert outcome.code == 0, outcome.err
    return out, outcome


class TestWhatItLeaves:
    def test_the_same_as_the_run_directory_way(self, cli, result, finished, tmp_path):
        shutil.copytree(finished.path, tmp_path / "run")
        outcome = cli("readout", f"--run_dir={tmp_path / 'run'}", *DATA, "--nobaselines",
                      "--heads=ridge,knn", "--labels_per_class=1,all")  # fmt: skip
        assert outcome.code == 0, outcome.err
        ours, theirs = result[0] / "readouts/digits", tmp_path / "run/readouts/digits"
        for head in ("ridge", "knn"):
            assert files.read_json(ours / f"{head}.json") | {"seconds": 0} == (
                files.read_json(theirs / f"{head}.json") | {"seconds": 0}
            )
        name = "label_efficiency.csv"
        assert (ours / name).read_text() == (theirs / name).read_text()

    def test_heads_can_be_used(self, result):
        from kerasae.readouts.heads import ridge

        (codes,) = [
            array
            for path in (result[0] / "codes").iterdir()
            if len(array := np.load(path, allow_pickle=False)) == 360
        ]
        answers = ridge.load(result[0] / "readouts/digits/ridge.keras").predict(codes)
        told = files.read_json(result[0] / "readouts/digits/ridge.json")
        counts = np.bincount(answers, minlength=10)
        assert counts.tolist() == np.sum(told["confusion"], axis=0).tolist()

    def test_baselines_that_need_no_model(self, result):
        found = files.read_json(result[0] / "readouts/digits/baselines.json")["accuracy"]
        assert list(found) == ["pixels", "pca"]
        assert found["pixels"]["ridge"] > 0.8

    def test_figures_and_page(self, result):
        out, outcome = result
        for name in ("confusion", "label_efficiency"):
            assert (out / "figures" / f"{name}.png").stat().st_size > 1000
        page = (out / "report/index.html").read_text()
        assert outcome.out.splitlines()[-1] == str(out / "report/index.html")
        accuracy = files.read_json(out / "readouts/digits/ridge.json")["accuracy"]
        assert f"{accuracy:.4f}" in page
        assert "pca, ridge readout" in page
        assert "<td>encode</td>" in page
        assert page.count("<img") == 2
        assert "train --flagfile" not in page

    def test_nothing_is_left_half(self, result):
        assert not list(result[0].rglob(f"{files.SCRATCH}*"))


class TestAnOutWithResults:
    def test_the_same_encoder_adds_to_its_own(self, cli, result, folder, tmp_path):
        """Also from where it was moved to."""
        shutil.copytree(result[0], tmp_path / "out")
        shutil.copytree(folder, tmp_path / "moved")
        outcome = cli("transfer", f"--saved_model={tmp_path / 'moved'}",
                      "--signature=encode", f"--out={tmp_path / 'out'}", *DATA,
                      "--image_size=12", *QUICK)  # fmt: skip
        assert outcome.code == 0, outcome.err
        told = files.read_json(tmp_path / "out/encoder.json")
        assert (told["saved_model"], told["function"]) == (str(tmp_path / "moved"), "encode")

    @pytest.mark.parametrize(
        ("file", "flags"),
        [("", ["--signature=encode_float"]), ("tflite/encoder_int8.tflite", [])],
    )
    def test_another_one_is_refused(self, cli, result, folder, tmp_path, file, flags):
        shutil.copytree(result[0], tmp_path / "out")
        before = sorted((tmp_path / "out").rglob("*"))
        outcome = cli("transfer", f"--saved_model={folder / file}", f"--out={tmp_path / 'out'}",
                      *DATA, *QUICK, *flags)  # fmt: skip
        assert (outcome.code, outcome.out) == (2, "")
        assert f"--out holds results of another encoder, {folder} (encode)" in outcome.complaint
        assert sorted((tmp_path / "out").rglob("*")) == before

    def test_one_that_isnt_recorded(self, cli, result, folder, tmp_path):
        shutil.copytree(result[0], tmp_path / "out")
        for content, code, message in (
            ("[]", 1, "encoder.json is damaged: it doesn't tell the encoder."),
            (None, 2, "--out holds results of an encoder that isn't recorded"),
        ):
            path = tmp_path / "out" / "encoder.json"
            path.write_text(content) if content else path.unlink()
            outcome = cli("transfer", f"--saved_model={folder}", f"--out={tmp_path / 'out'}",
                          *DATA, *QUICK)  # fmt: skip
            assert outcome.code == code
            assert message in outcome.complaint


def test_a_size_that_an_encoder_of_fixed_size_would_ignore(cli, folder, tmp_path):
    path = folder / "tflite" / "encoder_float32.tflite"
    outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}", *DATA, *QUICK,
                  "--image_size=12,14")  # fmt: skip
    assert (outcome.code, outcome.out) == (2, "")
    assert "this one takes 12x12. Received: image_size=12,14." in outcome.complaint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("precision", "most"), [("float32", 1e-4), ("int8", 0.5)])
def test_an_encoders_tflite_file(cli, folder, finished, tmp_path, precision, most):
    """Of fixed size, so that other images have to be resized as in the run."""
    path = folder / "tflite" / f"encoder_{precision}.tflite"
    outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}", *DATA, *QUICK)
    assert outcome.code == 0, outcome.err
    told = files.read_json(tmp_path / "out/readouts/digits/ridge.json")
    assert (told["features"], told["train_images"], told["layer"]) == (6, 150, "code")
    assert told["encoder_trained_on"] == "digits"
    codes = {len(array := np.load(p)): array for p in (tmp_path / "out/codes").iterdir()}
    stored = tmp_path / "codes.npz"
    outcome = cli("encode", f"--run_dir={finished.path}", f"--out={stored}")
    assert outcome.code == 0, outcome.err
    expected = np.load(stored)["test_codes"]
    assert np.abs(codes[360] - expected).max() <= most * np.abs(expected).max()


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
        "told", lambda picture: tf.strings.as_string(model(picture)), input_signature=[image]
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
        told = files.read_json(tmp_path / "out/readouts/digits/ridge.json")
        assert (told["features"], told["encoder_trained_on"]) == (49, None)
        codes = [np.load(path) for path in (tmp_path / "out/codes").iterdir()]
        assert max(array.max() for array in codes) <= 1
        assert told["accuracy"] > 0.5

    def test_one_that_takes_single_images(self, cli, foreign, tmp_path):
        """Is called for each, with the codes of one that takes them together."""
        found = {}
        for name in ("one", "features"):
            out = tmp_path / name
            outcome = cli("transfer", f"--saved_model={foreign}", f"--signature={name}",
                          f"--out={out}", *DATA, *QUICK)  # fmt: skip
            assert outcome.code == 0, outcome.err
            found[name] = {len(array := np.load(p)): array for p in (out / "codes").iterdir()}
        for count in (150, 360):
            np.testing.assert_allclose(found["one"][count], found["features"][count], atol=1e-6)

    def test_one_that_fails(self, cli, foreign, tmp_path):
        outcome = cli("transfer", f"--saved_model={foreign}", "--signature=fails",
                      f"--out={tmp_path / 'out'}", *DATA, *QUICK)  # fmt: skip
        assert outcome.code == 1
        assert f"{foreign} can't make codes of 150 image(s) (28, 28, 1) (" in outcome.err
        assert "Traceback" not in outcome.err

    @pytest.mark.parametrize(("count", "code"), [(1, 0), (3, 2)])
    def test_a_tflite_file_of_a_fixed_batch(self, cli, tmp_path, count, code):
        """As most of those that are shipped: of one image."""
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
            told = files.read_json(tmp_path / "out/readouts/digits/ridge.json")
            assert (told["features"], told["train_images"]) == (49, 150)
            assert told["accuracy"] > 0.5

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (
                [],
                "--signature must be one of both, fails, features, lengths, one, serving_default, "
                "seven, signed, sum, told, unknown.",
            ),
            (["--signature=lengths"], "must take images (batch, height, width, channels)"),
            (["--signature=both"], "must give one output, or one named 'code'. Received: a, b."),
            (["--signature=sum"], "must give a code (batch, size) of known size"),
            (
                ["--signature=told"],
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


def forget(version):
    """Makes a version folder one of somebody else's."""
    for name in ("SHA256SUMS", "manifest.json", "golden.npz"):
        (version / name).unlink()


def test_a_file_at_the_root_has_no_folder_above_its_own(monkeypatch):
    from kerasae.jobs import artefact_checks

    monkeypatch.setattr(Path, "exists", lambda _: True)
    assert artefact_checks.check_artefact(Path("/encoder.tflite"), None) is None
    assert artefact_checks.check_artefact(Path("/tflite/encoder.tflite"), None) is None


class TestDamaged:
    @pytest.fixture
    def copy(self, folder, tmp_path):
        shutil.copytree(folder, tmp_path / "1")
        return tmp_path / "1"

    @pytest.fixture
    def complain(self, cli, tmp_path):
        """Runs what must fail and leave nothing; gives exit code and message."""

        def run(path):
            outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}", *DATA)
            assert outcome.out == ""
            assert not (tmp_path / "out").exists()
            return outcome.code, outcome.complaint

        return run

    def test_a_changed_version(self, complain, copy):
        """By its hashes, before anything is loaded."""
        path = copy / "tflite" / "encoder_int8.tflite"
        path.write_bytes(path.read_bytes()[:-1])
        for given in (copy, path):
            code, message = complain(given)
            assert code == 1
            assert "is not what was published: tflite/encoder_int8.tflite is changed" in message

    def test_half_a_version(self, complain, copy):
        shutil.rmtree(copy / "variables")
        code, message = complain(copy)
        assert code == 1
        assert "variables/variables.index is missing" in message

    @pytest.mark.parametrize(
        ("missing", "message"),
        [
            (["SHA256SUMS"], "is not what was published: SHA256SUMS is missing."),
            (["SHA256SUMS", "manifest.json"],
             "it has golden.npz, and manifest.json is missing."),
            (["golden.npz", "manifest.json"],
             "it has SHA256SUMS, and manifest.json is missing."),
        ],
    )  # fmt: skip
    def test_half_a_copy_is_not_taken_for_somebody_elses(self, complain, copy, missing, message):
        """The sums are copied last, or not at all."""
        for name in missing:
            (copy / name).unlink()
        for given in (copy, copy / "tflite" / "encoder_int8.tflite"):
            code, complaint = complain(given)
            assert code == 1
            assert message in complaint

    @pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS"])
    def test_hashes_that_nothing_vouches_for(self, complain, copy, name):
        (copy / name).write_text((copy / name).read_text() + "\n")
        for given in (copy, copy / "tflite" / "encoder_int8.tflite"):
            code, message = complain(given)
            assert code == 1
            assert "manifest.json or SHA256SUMS is changed" in message

    @pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.index"])
    @pytest.mark.parametrize("keep", [0, 100])
    def test_a_truncated_saved_model(self, complain, copy, name, keep):
        forget(copy)
        (copy / name).write_bytes((copy / name).read_bytes()[:keep])
        code, message = complain(copy)
        assert code == 1
        assert f"{copy} can't be read as a SavedModel: it is damaged or foreign" in message

    def test_variables_of_another_length(self, complain, copy):
        forget(copy)
        data = copy / "variables" / "variables.data-00000-of-00001"
        data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])
        code, message = complain(copy)
        assert code == 1
        assert "can't be read as a SavedModel" in message

    @pytest.mark.parametrize("keep", [0, 10, 1000])
    def test_a_truncated_tflite_file(self, complain, folder, tmp_path, keep):
        whole = (folder / "tflite" / "encoder_float32.tflite").read_bytes()
        (tmp_path / "encoder.tflite").write_bytes(whole[:keep])
        code, message = complain(tmp_path / "encoder.tflite")
        assert code == 1
        assert "encoder.tflite can't be read as a TFLite file" in message

    def test_a_decoder(self, complain, folder):
        code, message = complain(folder / "tflite" / "decoder_float32.tflite")
        assert code == 2
        assert "must take images" in message


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--saved_model must be given."),
        (["--saved_model=MODEL", "--out=OUT"], "--dataset must be given."),
        (["--saved_model=MODEL", "--dataset=digits"], "--out must be given."),
        (["--saved_model=OUT", "--dataset=digits", "--out=OUT"],
         "--saved_model must be a folder or a .tflite file."),
        (["--saved_model=EMPTY", "--dataset=digits", "--out=OUT"],
         "holds no SavedModel: it has no saved_model.pb."),
        (["--saved_model=MODEL/manifest.json", "--dataset=digits", "--out=OUT"],
         "must be a SavedModel's folder or a .tflite file."),
        (["--saved_model=MODEL/tflite/encoder_int8.tflite", "--signature=encode",
          "--dataset=digits", "--out=OUT"], "--signature goes with a SavedModel"),
        (["--saved_model=MODEL", "--dataset=digits", "--out=RUN"],
         "--out must not be a run's directory"),
        (["--saved_model=MODEL", "--dataset=digits", "--out=/dev/null/x"],
         "--out can't be written."),
        (["--saved_model=MODEL", "--dataset=digits", "--out=OUT", "--heads="],
         "--heads must name at least one."),
        (["--saved_model=MODEL", "--dataset=digits", "--out=OUT", "--labels_per_class=0"],
         "must be positive numbers or all"),
        (["--saved_model=MODEL", "--dataset=digits", "--out=OUT", "--image_size=0"],
         "--image_size must be one or two positive numbers"),
    ],
)  # fmt: skip
def test_refused_before_tensorflow(cli, folder, finished, tmp_path, monkeypatch, flags, message):
    from kerasae import cli_flags

    monkeypatch.setattr(
        cli_flags, "import_tensorflow_quietly", lambda: pytest.fail("TensorFlow is imported")
    )
    (tmp_path / "empty").mkdir()
    places = {"MODEL": folder, "OUT": tmp_path / "out", "RUN": finished.path,
              "EMPTY": tmp_path / "empty"}  # fmt: skip
    for word, path in places.items():
        flags = [flag.replace(f"={word}", f"={path}") for flag in flags]
    outcome = cli("transfer", *flags)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.complaint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("dataset", "file", "message"),
    [
        ("fake_unlabelled", "", "--dataset=fake_unlabelled has no labels"),
        ("fake_labelled", "", "takes images of 1 channel(s)"),
        ("fake_unlabelled", "tflite/encoder_int8.tflite", "takes images of 12x12"),
    ],
)
def test_other_data(cli, folder, fake_datasets, tmp_path, dataset, file, message):
    outcome = cli("transfer", f"--saved_model={folder / file}", f"--dataset={dataset}",
                  f"--data_dir={fake_datasets}", f"--out={tmp_path / 'out'}")  # fmt: skip
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.complaint
    assert not (tmp_path / "out").exists()
