import numpy as np
import pytest

from kerasae.probes.filter_responses import ANGLE_STEP, describe, ideals

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float)  # brighter to the right
DIAGONAL = np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], float)  # brighter above right
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], float)
MIDDLE = np.array([[0, 0, 0], [1, 1, 1], [0, 0, 0]], float)


def said(kernel, threshold=0.2):
    return describe(kernel[..., np.newaxis], threshold)


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        (SOBEL, "a vertical edge (90°), bright on the right"),
        (-SOBEL, "a vertical edge (90°), bright on the left"),
        (SOBEL.T, "a horizontal edge (0°), bright below"),
        (-SOBEL.T, "a horizontal edge (0°), bright above"),
        (DIAGONAL, "a falling diagonal edge (135°), bright above right"),
        (-DIAGONAL, "a falling diagonal edge (135°), bright below left"),
        (DIAGONAL[:, ::-1], "a rising diagonal edge (45°), bright above left"),
        (DIAGONAL[::-1], "a rising diagonal edge (45°), bright below right"),
        (LAPLACIAN, "a dark spot"),
        (-LAPLACIAN, "a bright spot"),
        (np.ones((3, 3)), "an evenly bright area"),
        (-np.ones((3, 3)), "an evenly dark area"),
        (np.ones((1, 1)), "an evenly bright area"),
        (3 * MIDDLE - 1, "a bright horizontal line (0°)"),
        (MIDDLE, "a bright horizontal line (0°)"),
        (1 - 3 * MIDDLE.T, "a dark vertical line (90°)"),
        (3 * np.eye(3) - 1, "a bright falling diagonal line (135°)"),
        (3 * np.eye(3)[::-1] - 1, "a bright rising diagonal line (45°)"),
    ],
)
def test_known_kernels_are_reported(kernel, words):
    sentence, match = said(kernel)
    assert sentence == f"Responds to {words}."
    assert 0.7 < match <= 1 + 1e-12
    # The size of the weights makes no difference, as long as they aren't blank.
    assert said(100 * kernel) == (sentence, pytest.approx(match))


def test_an_edge_away_from_the_middle_of_a_large_kernel_is_found():
    kernel = np.zeros((17, 17))
    kernel[:, :5], kernel[:, 5:] = 1, -1
    sentence, match = said(kernel)
    assert sentence == "Responds to a vertical edge (90°), bright on the left."
    assert match > 0.8  # the rest of the kernel is its mean


def test_an_edge_is_reported_in_spite_of_weights_that_alternate():
    kernel = np.zeros((17, 17))
    kernel[8:] = 1
    kernel += 2 * (np.indices(kernel.shape).sum(axis=0) % 2)
    assert said(kernel - kernel.mean())[0] == "Responds to a horizontal edge (0°), bright below."


def test_blank_means_that_no_weight_reaches_the_threshold():
    assert said(0.19 * np.ones((3, 3))) == ("No weight reaches 0.2.", 0)
    assert said(np.zeros((3, 3)), threshold=0.0)[0].startswith("No weight reaches")
    assert said(0.21 * np.ones((3, 3)))[0] == "Responds to an evenly bright area."


def test_a_pattern_like_none_is_called_so():
    corners = np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], float)
    checks = np.kron([[1, -1, 1], [-1, 1, -1], [1, -1, 1]], np.ones((3, 3)))
    for kernel in (corners - np.rot90(corners), checks):
        sentence, match = said(kernel)
        assert ("no simple pattern; nearest: " in sentence) == (match < 0.6)
    assert match < 0.6


def test_colours_that_cancel_are_not_called_brightness():
    kernel = np.stack([SOBEL, -SOBEL], axis=-1)
    assert describe(kernel, 0.2) == ("Responds to colour only, not to brightness.", 0)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11])
def test_ideal_pictures_have_norm_1_and_leave_brightness_to_the_area(size):
    found = ideals(size, size)
    for ideal in found:
        assert np.linalg.norm(ideal.picture) == pytest.approx(1)
        assert ideal.kind == "area" or ideal.picture.sum() == pytest.approx(0, abs=1e-9)
    assert size == 1 or {ideal.angle for ideal in found if ideal.kind == "edge"} == set(
        range(0, 180, ANGLE_STEP)
    )
