import keras
import numpy as np
import pytest

from kerasae import names
from kerasae.data.split import MemorySplit
from kerasae.evaluation.measures import reconstruction
from kerasae.models.autoencoder import Autoencoder

COUNT = 13


def autoencoder(image_shape, scale=0.7, offset=-0.1):
    """A model whose output is known: every pixel times `scale` plus `offset`."""
    image = keras.Input(image_shape)
    code = keras.layers.Flatten(name="code")(image)
    maps = keras.layers.Reshape(image_shape)(code)
    output = keras.layers.Rescaling(scale, offset, name="reconstruction")(maps)
    return Autoencoder.from_model(keras.Model(image, output))


def images(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (COUNT, *shape), np.uint8)


@pytest.fixture(params=[5, 13, 500], ids="batch of {}".format)
def batch(request, monkeypatch):
    """13 images: in batches with a partial one at the end, in one whole one, in less than one."""
    monkeypatch.setattr(reconstruction, "BATCH", request.param)


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("shape", [(12, 12, 1), (15, 20, 3), (8, 8, 1)])
def test_against_numpy_and_image_by_image(shape):
    data = images(shape)
    measured = reconstruction.quality(autoencoder(shape), MemorySplit(data))
    truth = data / 255.0
    output = truth * 0.7 - 0.1
    mse = np.mean((output - truth) ** 2)
    assert measured["mse_per_pixel"] == pytest.approx(mse, rel=1e-5)
    clipped_mse = np.mean((output.clip(0, 1) - truth) ** 2, axis=(1, 2, 3))
    psnr = np.mean(10 * np.log10(1 / clipped_mse))
    assert measured["psnr_db"] == pytest.approx(psnr, rel=1e-5)
    assert measured["ssim"] == pytest.approx(
        np.mean([ssim(x, y.clip(0, 1)) for x, y in zip(truth, output, strict=True)]), abs=1e-4
    )
    assert set(measured) == set(reconstruction.UNITS)


def ssim(x, y):
    """The paper's formula by plain windows: Gaussian of sigma 1.5, 11 wide, no padding."""
    width = min(11, *x.shape[:2])
    offsets = np.arange(width) - (width - 1) / 2
    bell = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(bell, bell)
    window = (window / window.sum())[..., np.newaxis]
    c1, c2 = 0.01**2, 0.03**2
    values = []
    for top in range(x.shape[0] - width + 1):
        for left in range(x.shape[1] - width + 1):
            at = np.s_[top : top + width, left : left + width]
            mean_x, mean_y = ((window * part[at]).sum(axis=(0, 1)) for part in (x, y))
            var_x = (window * x[at] ** 2).sum(axis=(0, 1)) - mean_x**2
            var_y = (window * y[at] ** 2).sum(axis=(0, 1)) - mean_y**2
            cov = (window * x[at] * y[at]).sum(axis=(0, 1)) - mean_x * mean_y
            luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
            values.append(luminance * (2 * cov + c2) / (var_x + var_y + c2))
    return np.mean(values)


@pytest.mark.usefixtures("batch")
def test_errors_of_each_image_in_order():
    data = images((6, 7, 1))
    errors = reconstruction.errors_per_image(autoencoder((6, 7, 1)), MemorySplit(data))
    truth = data / 255
    np.testing.assert_allclose(
        errors, np.mean((truth * 0.7 - 0.1 - truth) ** 2, axis=(1, 2, 3)), rtol=1e-5
    )


@pytest.mark.parametrize("value", [0, 255])
def test_a_perfect_reconstruction_has_numbers_that_can_be_written(value):
    """An image without error has an infinite PSNR, which no JSON holds."""
    data = np.full((3, 8, 8, 1), value, np.uint8)
    measured = reconstruction.quality(autoencoder((8, 8, 1), 1.0, 0.0), MemorySplit(data))
    assert measured["mse_per_pixel"] == 0
    assert measured["ssim"] == pytest.approx(1)
    assert np.isfinite(measured["psnr_db"])


def test_the_measure_is_the_quality_of_the_test_images_beside_that_of_components(subject):
    measured = reconstruction.compute(subject)
    assert measured.summary == reconstruction.quality(subject.autoencoder, subject.test)
    own, pca = measured.tables["models"]
    assert own == {"model": "autoencoder", **measured.summary}
    assert pca == {"model": "pca", **reconstruction.quality(subject.pca, subject.test)}


def test_components_stand_beside_the_autoencoder(subject):
    measured = reconstruction.compute(subject)
    own, pca = measured.tables["models"]
    assert (own["model"], pca["model"]) == ("autoencoder", "pca")
    assert list(measured.shown.rows) == [
        (names.title(name), own[name], pca[name]) for name in reconstruction.UNITS
    ]
    # Under the names of metrics.json, where the run's own numbers are.
    assert measured.compared == {
        "pca": {f"test_{name}": pca[name] for name in reconstruction.UNITS}
    }
