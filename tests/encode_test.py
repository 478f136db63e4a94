"""`python -m kerasae.encode`: what is in the file, and that no half of it replaces an older one."""

import numpy as np
import pytest
import shortcuts

from kerasae import files
from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.models.autoencoder import load_autoencoder

pytestmark = pytest.mark.slow


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
