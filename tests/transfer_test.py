"""`python -m kerasae.transfer`: what the run-directory way finds, from the exported files alone."""

import shutil

import numpy as np
import pytest

from kerasae import files

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
            ("[]", 1, "encoder.json is damaged: it doesn't describe the encoder."),
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
