"""`python -m kerasae.encode`: what is in the file, and every mistake by one message."""

import re
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shortcuts
from PIL import Image

from kerasae import files
from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.models.autoencoder import load_autoencoder

pytestmark = pytest.mark.slow


@pytest.fixture
def refused(cli):
    """Runs what must be refused as bad input; gives the message."""

    def run(*flags):
        outcome = cli("encode", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        return outcome.complaint

    return run


@pytest.fixture(scope="module")
def encoded(cli, finished, tmp_path_factory):
    """`(arrays, output)` of the run's own dataset."""
    path = tmp_path_factory.mktemp("encoded") / "new" / "codes.npz"
    outcome = cli("encode", f"--run_dir={finished.path}", f"--out={path}")
    assert outcome.code == 0, outcome.err
    assert [file.name for file in path.parent.iterdir()] == ["codes.npz"]
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored), outcome.out


def test_shapes_and_types(encoded):
    arrays, out = encoded
    expected = {
        "train_codes": ((200, 6), "float32"),
        "train_mse_per_pixel": ((200,), "float32"),
        "train_labels": ((200,), "int64"),
        "test_codes": ((360, 6), "float32"),
        "test_mse_per_pixel": ((360,), "float32"),
        "test_labels": ((360,), "int64"),
    }
    found = {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
    assert found.pop("class_names")[0] == (10,)
    assert found == expected
    assert arrays["class_names"].tolist() == list("0123456789")
    assert "test_codes 360x6" in out


def test_values_are_the_models(encoded, finished):
    arrays, _ = encoded
    config = DataConfig(image_size=(12,), max_examples=200)
    data = pipeline.load(pipeline.open_source(config), config, seed=0)
    autoencoder = load_autoencoder(finished.model)
    for name, split in (("train", data.train), ("test", data.test)):
        images = split.images.numpy() / np.float32(255)
        np.testing.assert_allclose(arrays[f"{name}_codes"], autoencoder.encoder(images), atol=1e-5)
        errors = np.mean((autoencoder.model(images).numpy() - images) ** 2, axis=(1, 2, 3))
        np.testing.assert_allclose(arrays[f"{name}_mse_per_pixel"], errors, rtol=1e-4)
        np.testing.assert_array_equal(arrays[f"{name}_labels"], split.labels)
    mean = files.read_json(finished.metrics)["test_mse_per_pixel"]
    assert arrays["test_mse_per_pixel"].mean() == pytest.approx(mean, rel=1e-5)


def test_a_dataset_without_labels(cli, finished, fake_datasets, tmp_path):
    out = tmp_path / "codes.npz"
    out.write_bytes(b"older")
    outcome = cli(
        "encode", f"--run_dir={finished.path}", "--dataset=fake_unlabelled",
        f"--data_dir={fake_datasets}", "--resize", "--memory_budget_mb=0", f"--out={out}",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    arrays = np.load(out, allow_pickle=False)
    assert set(arrays) == {
        f"{split}_{what}" for split in ("train", "test") for what in ("codes", "mse_per_pixel")
    }
    assert len(arrays["train_codes"]) + len(arrays["test_codes"]) == 20


def test_a_version_of_the_runs_own_dataset_is_not_foreign(cli, train, fake_datasets, tmp_path):
    """Its images, and at the size that they were trained at, without `--resize`."""
    data = ("--dataset=fake_labelled", f"--data_dir={fake_datasets}")
    with shortcuts.numbers_only():
        outcome = train(
            *data, "--image_size=8", "--max_examples=20", "--epochs=1", "--model.filters=2",
            "--model.kernel_sizes=3", "--model.dense_sizes=", "--model.latent_dim=3",
            f"--run_dir={tmp_path / 'run'}",
        )  # fmt: skip
    assert outcome.code == 0, outcome.err
    found = []
    for number, name in enumerate(("fake_labelled", "fake_labelled:1.0.0", "tfds:fake_labelled")):
        out = tmp_path / f"{number}.npz"
        outcome = cli("encode", f"--run_dir={tmp_path / 'run'}", f"--dataset={name}",
                      f"--data_dir={fake_datasets}", f"--out={out}")  # fmt: skip
        assert outcome.code == 0, outcome.err
        found.append(np.load(out)["train_codes"])
    assert found[0].shape == (20, 3)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_a_failure_leaves_the_older_file(cli, finished, tmp_path, monkeypatch):
    from kerasae.jobs import encode

    def fail(path, **arrays):
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    out = tmp_path / "codes.npz"
    out.write_bytes(b"older")
    monkeypatch.setattr(encode.np, "savez_compressed", fail)
    outcome = cli("encode", f"--run_dir={finished.path}", f"--out={out}")
    assert (outcome.code, outcome.complaint) == (1, "No space left on device")
    assert out.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir()] == ["codes.npz"]


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
    def test_refused(self, refused, published, flags, message):
        assert message in refused(*[flag.replace("MODEL", str(published[0])) for flag in flags])


class TestRefused:
    def test_no_run_directory(self, refused):
        assert "--run_dir must be given" in refused()

    def test_a_directory_without_a_run(self, refused, tmp_path):
        message = refused(f"--run_dir={tmp_path}")
        assert f"--run_dir={tmp_path} holds no run" in message
        assert "kerasae.train" in message
        assert not list(tmp_path.iterdir())

    def test_another_suffix(self, refused, finished, tmp_path):
        out = tmp_path / "codes.csv"
        message = refused(f"--run_dir={finished.path}", f"--out={out}")
        assert f"--out must end in .npz, or be a folder. Received: out={out}." in message

    def test_a_directory_in_the_files_place(self, refused, finished, tmp_path):
        (tmp_path / "codes.npz").mkdir()
        message = refused(f"--run_dir={finished.path}", f"--out={tmp_path / 'codes.npz'}")
        assert "--out must be a file" in message

    def test_a_place_below_a_file(self, refused, finished, tmp_path):
        (tmp_path / "file").write_text("mine")
        message = refused(f"--run_dir={finished.path}", f"--out={tmp_path / 'file' / 'codes.npz'}")
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
    def test_other_images(self, refused, finished, fake_datasets, tmp_path, dataset, message):
        out = tmp_path / "codes.npz"
        assert message in refused(
            f"--run_dir={finished.path}", f"--dataset={dataset}", f"--data_dir={fake_datasets}",
            f"--out={out}",
        )  # fmt: skip
        assert not out.exists()


@pytest.fixture(scope="module")
def in_parts(cli, finished, tmp_path_factory):
    """A folder with parts of 150 images, and the flags that made it. Read only."""
    out = tmp_path_factory.mktemp("in_parts") / "codes"
    flags = (f"--run_dir={finished.path}", "--rows_per_part=150")
    outcome = cli("encode", *flags, f"--out={out}")
    assert outcome.code == 0, outcome.err
    assert f"{out}:\n  560 images in 5 Parquet files" in outcome.out
    return out, flags


class TestParts:
    """A folder of Parquet files."""

    def test_they_hold_what_the_file_does(self, in_parts, encoded):
        from kerasae.encoding import part_file

        for split, sizes in (("train", [150, 50]), ("test", [150, 150, 60])):
            tables = [pq.read_table(path) for path in sorted(in_parts[0].glob(f"{split}-*"))]
            assert [len(table) for table in tables] == sizes
            rows = pa.concat_tables(tables)
            arrays = part_file.arrays(rows)
            for column, name in (("label", "labels"), ("mse_per_pixel", "mse_per_pixel")):
                np.testing.assert_allclose(arrays[column], encoded[0][f"{split}_{name}"], rtol=1e-5)
            np.testing.assert_allclose(arrays["code"], encoded[0][f"{split}_codes"], atol=1e-6)
            assert len(set(rows["id"].to_pylist())) == len(rows)
        assert rows["id"].to_pylist() == [f"test {number}" for number in range(360)]

    def test_going_on_makes_what_is_missing_or_damaged_and_nothing_else(
        self, cli, in_parts, tmp_path
    ):
        made, flags = in_parts
        out = tmp_path / "codes"
        shutil.copytree(made, out)
        (out / "train-00001.parquet").unlink()
        damaged = out / "test-00002.parquet"
        damaged.write_bytes(damaged.read_bytes()[:-100])
        before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
        outcome = cli("encode", *flags, f"--out={out}", "--resume")
        assert outcome.code == 0, outcome.err
        assert f"{damaged} is damaged" in outcome.err
        after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
        assert {name for name in after if after[name] != before.get(name)} == {
            "train-00001.parquet", "test-00002.parquet"
        }  # fmt: skip
        for path in out.glob("*.parquet"):
            assert pq.read_table(path).equals(pq.read_table(made / path.name))

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            ((), "holds parts already, as "),
            (("--resume", "--rows_per_part=100"), "holds other parts: of test-00000.parquet"),
            (("--resume", "--dataset=fake_unlabelled", "--resize"), "holds other parts: "),
        ],
    )
    def test_what_is_of_other_images_or_settings_stays(
        self, cli, in_parts, fake_datasets, flags, message
    ):
        out, made_by = in_parts
        before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
        place = f"--data_dir={fake_datasets}"
        outcome = cli("encode", *made_by, f"--out={out}", place, *flags)
        assert outcome.code == 2
        assert message in outcome.complaint
        assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before

    def test_stopped_it_says_how_to_go_on(self, cli, in_parts, tmp_path, monkeypatch):
        from kerasae.encoding import part_file

        write, out = part_file.write, tmp_path / "codes"

        def stop(path, *given):
            if path.name == "train-00001.parquet":
                raise KeyboardInterrupt
            write(path, *given)

        monkeypatch.setattr(part_file, "write", stop)
        outcome = cli("encode", *in_parts[1], f"--out={out}")
        assert outcome.code == 130
        assert f"Finished parts are kept in {out}. To go on: " in outcome.err
        assert outcome.err.rstrip().endswith("--resume")
        assert [path.name for path in out.glob("*.parquet")] == ["train-00000.parquet"]

    def test_resume_goes_with_a_folder(self, refused, finished, tmp_path):
        flags = (f"--run_dir={finished.path}", f"--out={tmp_path / 'codes.npz'}", "--resume")
        assert "--resume goes with a folder in --out" in refused(*flags)
