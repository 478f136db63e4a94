"""`python -m kerasae.transfer`: what the run-directory way finds, from the exported files alone."""

import dataclasses
import shutil

import numpy as np
import pytest
from made_records import head_result, kept_codes

from kerasae import files, records
from kerasae.exporting.artefact.encoder_record import EncoderRecord
from kerasae.readouts import curves, results
from kerasae.run_dir import RunDir

pytestmark = pytest.mark.slow

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
        both = RunDir(result[0]), RunDir(tmp_path / "run")
        for head in ("ridge", "knn"):
            ours, theirs = (
                dataclasses.replace(head_result(run, head), seconds=0, fitted="", head=None)
                for run in both
            )
            assert ours == theirs
        ours, theirs = map(curves.label_efficiency, both)
        assert ours == theirs

    def test_heads_can_be_used(self, result):
        run = RunDir(result[0])
        found = head_result(run, "ridge")
        predictions = results.load_head(run, found).predict(kept_codes(run.codes)[360])
        counts = np.bincount(predictions, minlength=10)
        assert counts.tolist() == np.sum(found.confusion, axis=0).tolist()

    def test_baselines_that_need_no_model(self, result):
        run = RunDir(result[0])
        found = {one.origin.features for one in results.on_baselines(run)}
        assert found == {"baselines/pixels", "baselines/pca"}
        assert head_result(run, "ridge", place="baselines/pixels").accuracy > 0.8

    def test_figures_and_page(self, result):
        out, outcome = result
        for name in ("confusion", "label_efficiency"):
            assert (out / "figures" / f"{name}.png").stat().st_size > 1000
        page = (out / "report/index.html").read_text()
        assert outcome.out.splitlines()[-1] == str(out / "report/index.html")
        assert f"{head_result(RunDir(out), 'ridge').accuracy:.4f}" in page
        assert "ridge readout, of PCA" in page
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
        record = records.read(tmp_path / "out/encoder.json", EncoderRecord)
        assert (record.saved_model, record.function) == (str(tmp_path / "moved"), "encode")

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
            ("[]", 1, "encoder.json is damaged: it holds no JSON object."),
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


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-4), ("int8", 0.5)])
def test_an_encoders_tflite_file(cli, folder, finished, tmp_path, precision, tolerance):
    """Of fixed size, so that other images have to be resized as in the run."""
    path = folder / "tflite" / f"encoder_{precision}.tflite"
    outcome = cli("transfer", f"--saved_model={path}", f"--out={tmp_path / 'out'}", *DATA, *QUICK)
    assert outcome.code == 0, outcome.err
    found = head_result(RunDir(tmp_path / "out"), "ridge")
    assert (found.features, found.train_images, found.origin.features) == (6, 150, "code")
    assert found.encoder_trained_on == "digits"
    codes = kept_codes(tmp_path / "out/codes")
    stored = tmp_path / "codes.npz"
    outcome = cli("encode", f"--run_dir={finished.path}", f"--out={stored}")
    assert outcome.code == 0, outcome.err
    expected = np.load(stored)["test_codes"]
    assert np.abs(codes[360] - expected).max() <= tolerance * np.abs(expected).max()


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
         "--image_size must be 1 or more, at most 8192"),
    ],
)  # fmt: skip
def test_refused_before_tensorflow(cli, folder, finished, tmp_path, monkeypatch, flags, message):
    monkeypatch.setattr(
        "kerasae.cli.import_tensorflow_quietly", lambda: pytest.fail("TensorFlow is imported")
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
