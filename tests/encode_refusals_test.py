"""`python -m kerasae.encode`: every mistake by one message."""

import pytest

pytestmark = pytest.mark.slow


class TestRefused:
    def test_no_run_directory(self, refused_encode):
        assert "--run_dir must be given" in refused_encode()

    def test_a_directory_without_a_run(self, refused_encode, tmp_path):
        message = refused_encode(f"--run_dir={tmp_path}")
        assert f"--run_dir={tmp_path} holds no run" in message
        assert "kerasae.train" in message
        assert not list(tmp_path.iterdir())

    def test_another_suffix(self, refused_encode, finished, tmp_path):
        out = tmp_path / "codes.csv"
        message = refused_encode(f"--run_dir={finished.path}", f"--out={out}")
        assert f"--out must end in .npz, or be a folder. Received: out={out}." in message

    def test_a_directory_in_the_files_place(self, refused_encode, finished, tmp_path):
        (tmp_path / "codes.npz").mkdir()
        message = refused_encode(f"--run_dir={finished.path}", f"--out={tmp_path / 'codes.npz'}")
        assert "--out must be a file" in message

    def test_a_place_below_a_file(self, refused_encode, finished, tmp_path):
        (tmp_path / "file").write_text("mine")
        message = refused_encode(
            f"--run_dir={finished.path}", f"--out={tmp_path / 'file' / 'codes.npz'}"
        )
        assert "--out" in message

    @pytest.mark.parametrize(
        ("dataset", "message"),
        [
            ("fake_unlabelled", "takes images of 12x12; those of --dataset=fake_unlabelled have "
             "9x9. --resize brings them"),
            ("fake_labelled", "takes images of 1 channel(s); those of --dataset=fake_labelled "
             "have 3"),
            ("nosuchset", "tfds:NAME; prepared in"),
        ],
    )  # fmt: skip
    def test_other_images(
        self, refused_encode, finished, fake_datasets, tmp_path, dataset, message
    ):
        out = tmp_path / "codes.npz"
        assert message in refused_encode(
            f"--run_dir={finished.path}", f"--dataset={dataset}", f"--data_dir={fake_datasets}",
            f"--out={out}",
        )  # fmt: skip
        assert not out.exists()
