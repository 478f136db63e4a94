"""The points of TensorBoard's projector, found by TensorBoard's own plug-in."""

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.projector import ProjectorConfig

from kerasae.data import pixels
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.training import projector

IMAGES = np.random.default_rng(0).integers(0, 256, (7, 8, 6, 1), np.uint8)
LABELS = np.array([0, 1, -1, 1, 0, 1, 0])


@pytest.fixture(scope="module")
def autoencoder():
    config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    return build_autoencoder("pooled", config, (8, 6, 1))


def embedding(folder):
    text = (folder / "projector_config.pbtxt").read_text(encoding="utf-8")
    (found,) = text_format.Parse(text, ProjectorConfig()).embeddings
    return found


def test_points_are_the_codes_of_the_images(autoencoder, tmp_path):
    folder = tmp_path / "codes"
    projector.write(folder, autoencoder, MemorySplit(IMAGES, LABELS, ("a", "b\tc")), 0)
    found = embedding(folder)
    codes = np.loadtxt(folder / found.tensor_path, delimiter="\t")
    wanted = autoencoder.encoder(pixels.to_unit(IMAGES)).numpy()
    np.testing.assert_allclose(codes, wanted, rtol=1e-5, atol=1e-7)
    lines = (folder / found.metadata_path).read_text(encoding="utf-8").splitlines()
    assert lines == ["a", r"b\tc", "none", r"b\tc", "a", r"b\tc", "a"]
    assert list(found.sprite.single_image_dim) == [6, 8]
    sheet = tf.io.decode_png((folder / found.sprite.image_path).read_bytes()).numpy()
    np.testing.assert_array_equal(sheet[8:16, 6:12], IMAGES[4])


def test_tensorboard_finds_it_below_any_folder(autoencoder, tmp_path):
    projector.write(tmp_path / "codes", autoencoder, MemorySplit(IMAGES), 0)
    events = EventAccumulator(str(tmp_path / "codes"))
    events.Reload()
    assert events.Tags()["tensors"] == ["codes"]
    assert not embedding(tmp_path / "codes").metadata_path


@pytest.mark.parametrize("count", [1, 4, 5, 10])
def test_sprites_lie_row_by_row(count):
    images = np.arange(count * 6, dtype=np.uint8).reshape(count, 2, 3, 1)
    sheet = projector.sprites(images)
    side = sheet.shape[0] // 2
    assert sheet.shape == (2 * side, 3 * side, 1)
    assert (side - 1) ** 2 < count <= side**2
    for number in range(count):
        row, column = divmod(number, side)
        at = sheet[2 * row : 2 * row + 2, 3 * column : 3 * column + 3]
        np.testing.assert_array_equal(at, images[number])
