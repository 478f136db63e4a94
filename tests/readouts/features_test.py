"""Codes of every layer, and the cache that they are kept in."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.readouts import features

SHAPE = (28, 28, 1)
MODELS = {
    "pooled": ("pooled", pooled.Config(filters=(4, 3), dense_sizes=(7,), latent_dim=5)),
    "pooled, tied": ("pooled", pooled.Config(filters=(4, 3), latent_dim=5, tied=True)),
    "all_convolutional": ("all_convolutional", all_convolutional.Config(tied=False)),
    "all_convolutional, tied": ("all_convolutional", all_convolutional.Config(filters=(5, 2))),
}
IMAGES = np.random.default_rng(0).integers(0, 256, (23, *SHAPE), np.uint8)


@pytest.fixture(scope="module", params=MODELS)
def autoencoder(request):
    keras.utils.set_random_seed(0)
    return build_autoencoder(*MODELS[request.param], SHAPE)


@pytest.fixture(scope="module")
def units():
    return IMAGES / np.float32(255)


def test_every_layer_can_be_read(autoencoder, units):
    for name, tensor in autoencoder.encoder_tensors().items():
        codes = features.layer_model(autoencoder, name)(units)
        assert codes.shape[0] == len(units)
        assert codes.ndim == 2
        if len(tensor.shape) == 4:
            assert codes.shape[1] <= features.MOST_FEATURES
        assert np.isfinite(codes).all()


def test_the_code_is_the_encoders(autoencoder, units):
    model = features.layer_model(autoencoder, "code")
    np.testing.assert_array_equal(model(units), autoencoder.encoder(units))


def test_names_go_from_image_to_code_and_say_nothing_twice(autoencoder):
    found = features.layer_names(autoencoder)
    assert found[0] == "conv_1"
    assert found[-1] == "code"
    assert len(set(found)) == len(found)
    assert not {"image", "features"} & set(found)


def test_an_unknown_layer(autoencoder):
    with pytest.raises(ConfigError, match=r"--layer must be one of code, .*conv_1.*'conv_9'"):
        features.layer_model(autoencoder, "conv_9")


def test_what_is_too_wide_is_averaged_over_neighbours(units):
    config = pooled.Config(filters=(3,), kernel_sizes=(3,), activation="linear", latent_dim=4)
    autoencoder = build_autoencoder("pooled", config, SHAPE)
    maps = keras.Model(
        autoencoder.model.input, autoencoder.encoder_tensors()["conv_1"]
    )(units).numpy()  # fmt: skip
    assert maps.shape[1:] == (28, 28, 3), "2,352 numbers are more than 2,048"
    expected = maps.reshape(23, 14, 2, 14, 2, 3).mean(axis=(2, 4)).reshape(23, -1)
    codes = features.layer_model(autoencoder, "conv_1")(units)
    np.testing.assert_allclose(codes, expected, atol=1e-6)


def test_what_has_one_place_is_left_as_wide_as_it_is():
    config = all_convolutional.Config(filters=(2_100,), kernel_sizes=(3,), strides=(1,), tied=False)
    autoencoder = build_autoencoder("all_convolutional", config, (3, 3, 1))
    assert features.layer_model(autoencoder, "conv_1").output.shape == (None, 2_100)


class TestFingerprint:
    ORIGIN = {"layer": "code", "data": {"dataset": "digits", "classes": []}}  # noqa: RUF012

    def test_it_is_the_weights_and_the_origin(self, autoencoder):
        model = features.layer_model(autoencoder, "code")
        first = features.fingerprint(model, self.ORIGIN)
        assert features.fingerprint(model, self.ORIGIN) == first
        other = {**self.ORIGIN, "data": {"dataset": "digits", "classes": ["1"]}}
        assert features.fingerprint(model, other) != first

        weight = model.weights[0]
        before = weight.numpy()
        changed = before.copy()
        changed.flat[-1] = np.nextafter(changed.flat[-1], np.float32(2))
        weight.assign(changed)
        assert features.fingerprint(model, self.ORIGIN) != first, "by the last bit"
        weight.assign(before)
        assert features.fingerprint(model, self.ORIGIN) == first

    def test_it_is_the_same_in_another_process(self, python):
        """Its file name is all that another command knows of the codes."""
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "relu")])
        model.set_weights([np.arange(6, dtype=np.float32).reshape(2, 3), np.ones(3, np.float32)])
        done = python(
            "import keras, numpy as np\n"
            "from kerasae.readouts import features\n"
            "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, 'relu')])\n"
            "model.set_weights([np.arange(6.0).reshape(2, 3), np.ones(3)])\n"
            f"print(features.fingerprint(model, {self.ORIGIN!r}))",
            warm=True,
        )
        assert done.stdout.strip() == features.fingerprint(model, self.ORIGIN), done.stderr


def save(path):
    """Writes an array as `extract` does; its checksum."""
    np.save(path, np.arange(6.0).reshape(2, 3))
    return files.checksum(path)


class TestCache:
    def test_what_is_there_is_not_computed_again(self, tmp_path):
        calls = []

        def compute(path):
            calls.append(path)
            return save(path)

        for _ in range(2):
            found = features.cached(tmp_path / "codes", "key", compute)
            np.testing.assert_array_equal(found, [[0, 1, 2], [3, 4, 5]])
        assert len(calls) == 1
        features.cached(tmp_path / "codes", "other", compute)
        assert len(calls) == 2

    @pytest.mark.parametrize("at", [3, 70, -1])
    def test_a_flipped_bit_is_noticed_and_computed_anew(self, tmp_path, caplog, at):
        features.cached(tmp_path, "key", save)
        changed = bytearray((tmp_path / "key.npy").read_bytes())
        changed[at] ^= 1
        (tmp_path / "key.npy").write_bytes(changed)
        found = features.cached(tmp_path, "key", save)
        np.testing.assert_array_equal(found, [[0, 1, 2], [3, 4, 5]])
        assert "key.npy was changed since it was written; it is computed anew" in caplog.text
        calls = []
        features.cached(tmp_path, "key", calls.append)
        assert not calls

    def test_a_pipe_in_its_place_is_replaced_and_not_waited_for(self, tmp_path):
        features.cached(tmp_path, "key", save)
        (tmp_path / "key.npy").unlink()
        os.mkfifo(tmp_path / "key.npy")
        np.testing.assert_array_equal(features.cached(tmp_path, "key", save)[0], [0, 1, 2])

    @pytest.mark.parametrize("text", [None, "", "no checksum"])
    def test_one_without_its_checksum_is_computed_anew(self, tmp_path, text):
        features.cached(tmp_path, "key", save)
        path = tmp_path / "key.sha256"
        path.unlink() if text is None else path.write_text(text)
        calls = []
        features.cached(tmp_path, "key", lambda path: calls.append(path) or save(path))
        assert len(calls) == 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    def test_a_full_disk_is_an_error_in_words(self, tmp_path):
        """Not a signal, of which nobody could say a word."""
        image = keras.Input(SHAPE)
        model = keras.Model(image, keras.layers.Flatten()(image))
        encoder, split = features.encoder_from(model), MemorySplit(IMAGES)

        def full(path):
            return features.extract(encoder, split, Path("/dev/full"), "")

        with pytest.raises(RunError, match=r"key\.npy can't be written: No space left on device"):
            features.cached(tmp_path / "codes", "key", full)
        assert not list((tmp_path / "codes").iterdir())

    def test_a_failure_leaves_nothing(self, tmp_path):
        def fail(path):
            path.write_bytes(b"half")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            features.cached(tmp_path / "codes", "key", fail)
        assert not list((tmp_path / "codes").iterdir())


@pytest.mark.parametrize("streamed", [False, True])
def test_codes_are_streamed_in_the_images_order(streamed, units, tmp_path, monkeypatch):
    from kerasae.data import pipeline
    from kerasae.data.config import DataConfig

    config = DataConfig(image_size=(12,), max_examples=50, memory_budget_mb=0 if streamed else 1024)
    split = pipeline.load(pipeline.open_source(config), config, seed=0).train
    assert split.in_memory is not streamed
    monkeypatch.setattr(features, "BATCH", 16)
    small = pooled.Config(filters=(4,), kernel_sizes=(3,), latent_dim=5)
    model = build_autoencoder("pooled", small, (12, 12, 1)).encoder
    path = tmp_path / "codes.npy"
    made = features.extract(features.encoder_from(model), split, path, "")
    assert made == files.checksum(path)
    codes = np.load(path)
    images = np.concatenate([batch.numpy() for batch in split.batches(50)])
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, model(images), atol=1e-6)


def test_a_single_image(tmp_path):
    image = keras.Input(SHAPE)
    model = keras.Model(image, keras.layers.Flatten()(image))
    features.extract(
        features.encoder_from(model), MemorySplit(IMAGES[:1]), tmp_path / "codes.npy", ""
    )
    assert np.load(tmp_path / "codes.npy").shape == (1, 784)
    assert not list(tmp_path.rglob(f"{files.SCRATCH}*"))
