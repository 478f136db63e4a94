import numpy as np
import pytest

from kerasae.evaluation.measures import anomaly


@pytest.fixture(scope="module")
def measured(subject):
    return anomaly.compute(subject)


def test_auroc_by_counting_pairs():
    rng = np.random.default_rng(0)
    own, other = rng.normal(size=37), rng.normal(0.7, size=23)
    area, precision = anomaly.auroc_and_ap(own, other)
    assert area == pytest.approx(np.mean(other[:, None] > own))
    # Precision at every anomaly, going down from the largest score.
    scores = np.concatenate([own, other])
    truth = np.repeat([0, 1], [37, 23])[np.argsort(-scores)]
    at = np.flatnonzero(truth)
    assert precision == pytest.approx(np.mean(truth.cumsum()[at] / (at + 1)))


@pytest.mark.parametrize(("shift", "area"), [(10, 1.0), (-10, 0.0)])
def test_the_anomalous_score_higher(shift, area):
    own = np.linspace(0, 1, 20)
    assert anomaly.auroc_and_ap(own, own + shift)[0] == area


def test_errors_by_hand(measured, subject, pixels_of):
    images = pixels_of(subject.other)
    outputs = subject.autoencoder.model.predict(images, verbose=0)
    np.testing.assert_allclose(
        measured.arrays["other_autoencoder"], np.mean((outputs - images) ** 2, (1, 2, 3)), rtol=1e-4
    )
    mean = pixels_of(subject.train).mean(axis=0)
    own = pixels_of(subject.test)
    np.testing.assert_allclose(
        measured.arrays["own_mean_image"], np.mean((own - mean) ** 2, (1, 2, 3)), rtol=1e-4
    )


def test_components_of_digits_tell_noise_and_bright_images(measured, subject):
    assert measured.summary["anomaly_auroc_noise_pca"] > 0.99
    assert measured.summary["anomaly_auroc_other_pca"] > 0.99
    rows = {(row["anomaly"], row["score"]): row for row in measured.tables["scores"]}
    assert len(rows) == 6
    for (kind, score), row in rows.items():
        part = score.replace(" ", "_")
        area, precision = anomaly.auroc_and_ap(
            measured.arrays[f"own_{part}"], measured.arrays[f"{kind}_{part}"]
        )
        assert (row["auroc"], row["average_precision"]) == (area, precision)
        assert measured.summary[f"anomaly_ap_{kind}_{part}"] == precision
        assert row["own_images"] == subject.test.num_images
    assert rows["other", "pca"]["anomalous_images"] == 40
    assert measured.compared.keys() == {"run", "pca", "mean image"}
    column = "anomalies of uniform noise, average precision"
    precision = rows["noise", "autoencoder"]["average_precision"]
    assert measured.compared["run"][column] == precision
    assert "anomalies of bright:1.0.0, AUROC" in measured.compared["pca"], "the dataset has a name"


def test_without_another_dataset_noise_is_left(unlabelled_subject):
    measured = anomaly.compute(unlabelled_subject)
    assert {row["anomaly"] for row in measured.tables["scores"]} == {"noise"}
    assert not [key for key in measured.arrays if key.startswith("other")]


def test_noise_is_uniform_and_drawn_by_seed(subject, pixels_of):
    noise = pixels_of(anomaly.uniform_noise(subject))
    assert noise.shape == (subject.test.num_images, 8, 8, 1)
    assert noise.mean() == pytest.approx(0.5, abs=0.02)
    assert noise.std() == pytest.approx(12**-0.5, abs=0.02)
    np.testing.assert_array_equal(noise, pixels_of(anomaly.uniform_noise(subject)))
