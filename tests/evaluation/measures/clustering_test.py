import dataclasses
import itertools

import numpy as np
import pytest

from kerasae import registry
from kerasae.config import ConfigError
from kerasae.data.split import MemorySplit
from kerasae.evaluation.measures import clustering
from kerasae.models.autoencoder import build_autoencoder


@pytest.fixture(scope="module")
def measured(subject):
    return clustering.compute(subject)


def average_linkage(points):
    """Heights of the merges by the definition: the mean over all pairs of two groups."""
    groups, heights = [[number] for number in range(len(points))], []
    while len(groups) > 1:

        def height(pair):
            return np.mean(
                [np.linalg.norm(points[i] - points[j]) for i in pair[0] for j in pair[1]]
            )

        one, two = min(itertools.combinations(groups, 2), key=height)
        heights.append(height((one, two)))
        groups = [group for group in groups if group not in (one, two)] + [one + two]
    return heights


def test_linkage_of_the_mean_pixels_by_hand(measured, subject, pixels_of):
    flat = pixels_of(subject.test).reshape(len(subject.test.labels), -1)
    means = [flat[subject.test.labels == label].mean(axis=0) for label in range(3)]
    assert measured.arrays["layers"][0] == "pixels"
    np.testing.assert_allclose(
        measured.arrays["linkage_0"][:, 2], average_linkage(means), rtol=1e-5
    )
    assert measured.arrays["linkage_0"][-1, 3] == 3
    assert measured.arrays["classes"].tolist() == ["zero", "one", "two"]


def test_every_stage_of_the_encoder_is_there_beside_the_baselines(measured):
    expected = ["pixels", "pca", "conv_1_activation", "conv_2_activation", "dense_1", "code"]
    assert measured.arrays["layers"].tolist() == expected
    rows = measured.tables["agreement"]
    assert [row["layer"] for row in rows] == expected
    assert [row["features"] for row in rows] == [64, 6, 64, 12, 10, 6]
    assert measured.summary["clustering_ari_code"] == rows[-1]["adjusted_rand"]
    assert {key.split("_")[-1] for key in measured.summary} == {"pixels", "pca", "code"}
    assert measured.compared.keys() == {"pixels", "pca", "run"}
    assert measured.compared["run"] == {
        "adjusted Rand index of clusters and classes": rows[-1]["adjusted_rand"],
        "normalised mutual information of clusters and classes": rows[-1]["nmi"],
    }


@pytest.mark.parametrize(
    ("family", "settings", "ends"),
    [
        ("all_convolutional", {"filters": (3, 2), "kernel_sizes": (3, 3)}, 2),
        ("pooled", {"filters": (3, 2), "tied": True, "dense_sizes": ()}, 3),
        ("pooled", {"filters": (3, 2), "activation": "linear", "dense_sizes": (4, 4)}, 5),
    ],
)
def test_stages_end_at_the_code(family, settings, ends):
    config = registry.load("kerasae.models.families", family, "--model").Config(**settings)
    found = clustering.stage_ends(build_autoencoder(family, config, (12, 12, 1)))
    assert found[-1] == "code"
    assert len(found) == ends


def test_classes_that_lie_apart_are_found(subject):
    """Images of three plain shades, slightly noisy."""
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    images = (labels * 80 + 20)[:, None, None, None] + rng.integers(0, 9, (90, 8, 8, 1))
    shades = MemorySplit(images.astype(np.uint8), labels, ("dark", "grey", "light"))
    found = clustering.compute(dataclasses.replace(subject, test=shades))
    assert found.summary["clustering_ari_pixels"] == pytest.approx(1)
    assert found.summary["clustering_nmi_pixels"] == pytest.approx(1)
    # Neighbouring shades join first or the middle one joins either: the outer two never.
    first = set(found.arrays["linkage_0"][0, :2].astype(int))
    assert first != {0, 2}


def test_luck_agrees_with_nothing(subject):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (300, 8, 8, 1)).astype(np.uint8)
    noise = MemorySplit(images, np.arange(300) % 3, ("a", "b", "c"))
    found = clustering.compute(dataclasses.replace(subject, test=noise))
    assert abs(found.summary["clustering_ari_pixels"]) < 0.05


def test_one_image_a_class_agrees_with_anything_and_is_refused(subject):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (4, 8, 8, 1)).astype(np.uint8)
    few = MemorySplit(images[:3], np.array([2, 0, 1]), ("a", "b", "c"))
    with pytest.raises(ConfigError, match=r"two test images of a class\. .*images=3, classes=3"):
        clustering.compute(dataclasses.replace(subject, test=few))
    more = MemorySplit(images, np.array([2, 0, 1, 1]), ("a", "b", "c"))
    assert clustering.compute(dataclasses.replace(subject, test=more)).summary
