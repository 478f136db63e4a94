import numpy as np

from kerasae.objectives import reconstruction


def test_an_image_is_its_own_target():
    images = np.random.default_rng(0).random((4, 3, 3, 1), np.float32)
    objective = reconstruction.build(reconstruction.Config())
    inputs, targets = objective.input_and_target(images, np.zeros((4, 3), np.int64))
    np.testing.assert_array_equal(inputs, images)
    np.testing.assert_array_equal(targets, images)


def test_the_only_term_is_the_mean_squared_error_per_pixel():
    images, others = np.random.default_rng(0).random((2, 4, 3, 3, 1), np.float32)
    objective = reconstruction.build(reconstruction.Config())
    terms = objective.terms(None, images, images, others)
    assert list(terms) == ["mse_per_pixel"]
    np.testing.assert_allclose(terms["mse_per_pixel"], np.mean((images - others) ** 2), rtol=1e-6)
