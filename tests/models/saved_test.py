"""A saved model is loaded whole and in safe mode, or refused in one line."""

import os
import zipfile

import keras
import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.models.saved import load_model


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A model's file; tests change copies of its bytes."""
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    image = keras.Input((8,))
    keras.Model(image, keras.layers.Dense(4, name="only")(image)).save(path)
    return path


@pytest.fixture
def path(whole, tmp_path):
    copy = tmp_path / "model.keras"
    copy.write_bytes(whole.read_bytes())
    return copy


def refused(path) -> str:
    with pytest.raises(RunError) as error:
        load_model(path)
    message = str(error.value)
    assert str(path) in message and "\n" not in message
    return message


def test_a_whole_file_comes_back(whole):
    before = keras.saving.load_model(whole)
    for ours, theirs in zip(load_model(whole).weights, before.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 nor a zip", b"\xff" * 300])
def test_another_content(path, content):
    path.write_bytes(content)
    assert "is damaged" in refused(path)


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_truncated_file(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "is damaged" in refused(path)


def test_one_flipped_bit_in_the_weights(path):
    """The archive's checksum shows it; weights that are quietly wrong would be worse."""
    whole = bytearray(path.read_bytes())
    kernel = np.asarray(keras.saving.load_model(path).layers[-1].kernel).tobytes()
    whole[whole.index(kernel[:16]) + 5] ^= 1
    path.write_bytes(bytes(whole))
    assert "damaged" in refused(path)


def test_what_is_no_file(path, tmp_path):
    path.unlink()
    assert "is missing" in refused(path)
    path.symlink_to("nowhere")
    assert "is missing" in refused(path)
    assert "no regular file" in refused(tmp_path)
    os.mkfifo(tmp_path / "pipe.keras")
    assert "no regular file" in refused(tmp_path / "pipe.keras")


@pytest.mark.parametrize("config", ["[]", "null", "{}", "{", "1", "[" * 100_000])
def test_a_config_of_another_shape(path, tmp_path, config):
    changed = tmp_path / "changed.keras"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            new.writestr(member, config if member == "config.json" else old.read(member))
    assert "damaged or foreign" in refused(changed)


def test_a_member_outside_the_archive(path, tmp_path):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../escaped", "")
    assert "'../escaped'" in refused(path)
    assert not (tmp_path.parent / "escaped").exists()


def test_an_archive_that_would_fill_the_memory(path):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, \
            archive.open("zeros", "w", force_zip64=True) as member:  # fmt: skip
        for _ in range(2**9):
            member.write(bytes(2**20))
    assert "unpack to" in refused(path)


def test_a_strangers_code_is_not_run(tmp_path):
    """Safe mode stays on: a lambda in the file is code."""
    image = keras.Input((4,))
    code = keras.layers.Lambda(lambda x: x * 2)(image)
    keras.Model(image, code).save(tmp_path / "model.keras")
    assert "damaged or foreign" in refused(tmp_path / "model.keras")


def test_what_is_no_model(tmp_path):
    keras.saving.save_model(keras.layers.Dense(2), tmp_path / "layer.keras")
    assert "holds no model" in refused(tmp_path / "layer.keras")
