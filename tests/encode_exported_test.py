"""`python -m kerasae.encode --saved_model`: codes of an export, or of its encoder alone."""

import re
import shutil

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.models.autoencoder import load_autoencoder

pytestmark = pytest.mark.slow


class TestExported:
    def test_raw_images_are_resized_by_the_signature(self, cli, published, finished, tmp_path):
        from kerasae.data import pixels

        out = tmp_path / "codes.npz"
        outcome = cli("encode", f"--saved_model={published[0]}", "--dataset=digits",
                      f"--out={out}")  # fmt: skip
        assert outcome.code == 0, outcome.err
        arrays = np.load(out, allow_pickle=False)
        assert (arrays["train_codes"].shape, arrays["train_labels"].shape) == ((1437, 6), (1437,))
        data = pipeline.load(pipeline.open_source(DataConfig()), DataConfig(), seed=0)
        assert data.test.image_shape == (28, 28, 1)
        images = pixels.resize(data.test.images, (12, 12)).numpy() / np.float32(255)
        autoencoder = load_autoencoder(finished.model)
        np.testing.assert_allclose(arrays["test_codes"], autoencoder.encoder(images), atol=1e-5)
        errors = np.mean((autoencoder.model(images).numpy() - images) ** 2, axis=(1, 2, 3))
        np.testing.assert_allclose(arrays["test_mse_per_pixel"], errors, rtol=1e-4)

    def test_an_encoder_alone_tells_no_errors(self, cli, published, encoded, tmp_path):
        out, path = tmp_path / "codes.npz", published[0] / "tflite" / "encoder_float32.tflite"
        outcome = cli("encode", f"--saved_model={path}", "--dataset=digits", "--resize",
                      f"--out={out}")  # fmt: skip
        assert outcome.code == 0, outcome.err
        arrays, expected = np.load(out, allow_pickle=False), encoded[0]
        assert set(arrays) == {name for name in expected if "mse" not in name}
        np.testing.assert_allclose(arrays["test_codes"], expected["test_codes"], atol=1e-4)

    def test_pictures_of_several_sizes_are_brought_to_one(self, cli, published, tmp_path):
        for number in range(12):
            picture = Image.new("RGB", (8 + number, 9), (20 * number, 0, 0))
            path = tmp_path / "pictures" / str(number % 2) / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(path)
        out = tmp_path / "codes"
        flags = (f"--saved_model={published[0]}", f"--dataset=folder:{tmp_path / 'pictures'}",
                 "--channels=grey", f"--out={out}")  # fmt: skip
        outcome = cli("encode", *flags)
        assert outcome.code == 2
        assert "differ in size: say which with --image_size" in outcome.complaint
        outcome = cli("encode", *flags, "--image_size=14")
        assert outcome.code == 0, outcome.err
        assert sorted(pq.read_table(out)["id"].to_pylist())[:2] == ["0/0.png", "0/10.png"]
        before = {path: path.read_bytes() for path in out.glob("*.parquet")}
        picture = tmp_path / "pictures" / "0" / "0.png"
        picture.rename(picture.with_name("00.png"))
        outcome = cli("encode", *flags, "--image_size=14", "--resume")
        assert outcome.code == 2
        assert re.search(r"holds other parts: of \S+ ids is ", outcome.err)
        assert {path: path.read_bytes() for path in out.glob("*.parquet")} == before

    def test_an_encoder_is_known_by_its_bytes_wherever_it_lies(self, cli, published, tmp_path):
        file, out = tmp_path / "encoder_float32.tflite", tmp_path / "codes"
        shutil.copy(published[0] / "tflite" / file.name, file)
        flags = ("--dataset=digits", "--resize", f"--out={out}")
        assert cli("encode", f"--saved_model={file}", *flags).code == 0
        before = {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
        moved = file.rename(tmp_path / "renamed.tflite")
        outcome = cli("encode", f"--saved_model={moved}", *flags, "--resume")
        assert outcome.code == 0, outcome.err
        assert {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")} == before

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (["--run_dir=x", "--saved_model=y"], "--run_dir must be given, or --saved_model"),
            (["--saved_model=MODEL"], "--dataset must be given with --saved_model"),
            (["--run_dir=x", "--signature=encode"], "--signature goes with --saved_model"),
            (["--run_dir=x", "--image_size=28"], "--image_size goes with --saved_model"),
            (["--saved_model=MODEL/no", "--dataset=digits"], "must be a folder or a .tflite"),
        ],
    )
    def test_refused(self, refused_encode, published, flags, message):
        assert message in refused_encode(
            *[flag.replace("MODEL", str(published[0])) for flag in flags]
        )
