"""Exported files before they are used: whole, unchanged, and encoders."""

import shutil

import pytest

DATA = ("--dataset=digits", "--max_examples=150", "--resize")


@pytest.fixture(scope="module")
def folder(published):
    return published[0]


def forget(version):
    """Makes a version folder one of somebody else's."""
    for name in ("SHA256SUMS", "manifest.json", "golden.npz"):
        (version / name).unlink()


def test_a_file_at_the_root_has_no_folder_above_its_own(monkeypatch):
    from kerasae.exporting.artefact.check import training_dataset
    from kerasae.exporting.artefact.config import ArtefactConfig

    monkeypatch.setattr(ArtefactConfig, "require_model", lambda _: None)
    for path in ("/encoder.tflite", "/tflite/encoder.tflite"):
        assert training_dataset(ArtefactConfig(path)) is None


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

    def test_a_link_in_a_version(self, complain, copy):
        (copy / "tflite" / "more.tflite").symlink_to("encoder_int8.tflite")
        code, message = complain(copy)
        assert code == 1
        assert "is not what was published: tflite/more.tflite is no regular file" in message

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
