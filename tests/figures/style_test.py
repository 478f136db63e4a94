import numpy as np
import pytest

from kerasae.figures import style


@pytest.mark.parametrize("threshold", [0.0, 0.2, 5.0])
def test_every_weight_is_drawn_and_those_from_the_threshold_on_are_framed(threshold):
    weights = np.array([[0.1, -0.19, 0.2, np.nan], [-0.21, 0.5, -3.0, 0.0]])
    figure = style.figure(3, 3)
    axes = figure.add_subplot()
    style.show_weights(figure, axes, weights, threshold)
    (image,) = axes.images
    drawn = np.isfinite(np.ma.filled(image.get_array().astype(float), np.nan))
    np.testing.assert_array_equal(drawn, np.isfinite(weights))
    (frames,) = axes.collections
    middles = {tuple(path.vertices[:4].mean(axis=0)) for path in frames.get_paths()}
    assert middles == {(x, y) for y, x in np.argwhere(np.abs(weights) >= threshold)}
    low, high = image.get_clim()
    assert low == -high  # white is 0


def test_limits_are_symmetric_and_never_0():
    assert style.limit_of(np.array([1.0, -3.0]), np.array([2.0])) == 3
    assert style.limit_of(np.zeros(3), np.zeros(0)) == 1


def test_class_colours_and_markers_differ():
    assert len(set(style.CLASS_COLOURS)) == len(set(style.CLASS_MARKERS)) == 10


def test_numbers_of_three_channels_as_colours():
    values = np.array([[[0.0, 0.0, 0.0], [0.2, -0.2, 0.1]]])
    np.testing.assert_allclose(style.as_colours(values, 0.2), [[[0.5, 0.5, 0.5], [1, 0, 0.75]]])
    assert style.as_colours(np.full((1, 1, 3), 9.0), 1).max() == 1
