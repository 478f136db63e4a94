import dataclasses

import numpy as np
import pytest

from kerasae import names
from kerasae.data.corruption import CORRUPTIONS
from kerasae.data.split import MemorySplit
from kerasae.evaluation import psychometric
from kerasae.evaluation.measures import noise


@pytest.fixture(scope="module")
def measured(subject):
    return noise.compute(subject)


def accuracy(measured, corruption, classifier):
    return {
        row["level"]: row["accuracy"]
        for row in measured.tables["curves"]
        if (row["corruption"], row["classifier"]) == (corruption, classifier)
    }


@pytest.mark.parametrize(("number", "corruption"), list(enumerate(noise.LEVELS)))
def test_against_scikit_learn_on_images_spoiled_here(
    number, corruption, measured, subject, regression, pixels_of
):
    found = accuracy(measured, corruption, "regression")
    assert list(found) == list(noise.LEVELS[corruption])
    for level, value in found.items():
        rng = np.random.default_rng([subject.seed, number, round(level * 1000)])
        images = CORRUPTIONS[corruption](pixels_of(subject.test), level, rng)
        expected = regression.score(images.reshape(len(images), -1), subject.test.labels)
        assert value == pytest.approx(expected, abs=0.012)  # one image on the border


def test_the_clean_accuracy_is_the_same_everywhere(measured):
    clean = {accuracy(measured, kind, "regression")[0.0] for kind in noise.LEVELS}
    assert len(clean) == 1 and clean.pop() > 0.95


def test_the_fit_belongs_to_the_points(measured):
    for fit in measured.tables["fits"]:
        name = fit["classifier"].replace(" ", "_")
        threshold = measured.summary[f"noise_threshold_{fit['corruption']}_{name}"]
        if fit["classifier"] == "always one":  # It has nothing to lose.
            assert np.isnan(threshold)
            continue
        points = accuracy(measured, fit["corruption"], "regression")
        middle = (points[0.0] + 1 / 3) / 2
        above = [level for level, value in points.items() if value > middle]
        below = [level for level, value in points.items() if value < middle]
        assert fit["clean"] == points[0.0]
        _, least, *_, highest = noise.LEVELS[fit["corruption"]]
        if not least <= fit["threshold"] <= highest:  # It was not measured.
            assert np.isnan(threshold)
        else:
            assert threshold == fit["threshold"]
        threshold = fit["threshold"]
        assert 0.5 * max(above) < threshold < 2 * min([*below, 3 * max(above)])


def test_the_page_has_a_row_for_each_corruption_and_a_column_for_each_classifier(measured):
    assert measured.shown.columns == (
        "corruption", "regression readout", "one readout, of always"
    )  # fmt: skip
    assert [row[0] for row in measured.shown.rows] == [names.title(kind) for kind in noise.LEVELS]
    for kind, row in zip(noise.LEVELS, measured.shown.rows, strict=True):
        threshold = measured.summary[f"noise_threshold_{kind}_regression"]
        assert row[1:] == (
            f"beyond {noise.LEVELS[kind][-1]}" if np.isnan(threshold) else threshold,
            "not found",
        )


@pytest.mark.parametrize(("threshold", "words"), [(1.155, "beyond 0.7"), (1e-6, "below 0.1")])
def test_a_threshold_outside_of_what_was_tried_is_no_number(threshold, words, subject, monkeypatch):
    fitted = psychometric.Psychometric(threshold, 2.0, 0.9, 0.1, 0.01)
    monkeypatch.setattr(psychometric, "fit", lambda *_: fitted)
    monkeypatch.setattr(noise, "LEVELS", {"occlusion": (0.0, 0.1, 0.7)})
    few = dataclasses.replace(subject, test=subject.test.subset(20, 0))
    found = noise.compute(few)
    assert np.isnan(found.summary["noise_threshold_occlusion_regression"])
    assert found.shown.rows[0][:2] == ("occlusion", words)
    assert np.isnan(found.compared["run"]["noise threshold, occlusion, regression readout"])


def test_batches_do_not_lose_images(subject, regression, pixels_of, monkeypatch):
    monkeypatch.setattr(noise, "BATCH", 7)
    monkeypatch.setattr(noise, "LEVELS", {"occlusion": (0.0, 0.1, 0.3)})
    few = dataclasses.replace(
        subject,
        test=MemorySplit(
            subject.test.images.numpy()[:40], subject.test.labels[:40], subject.test.class_names
        ),
    )
    expected = regression.score(pixels_of(few.test).reshape(40, -1), few.test.labels)
    found = accuracy(noise.compute(few), "occlusion", "regression")
    assert found[0.0] == pytest.approx(expected)
    assert np.array(list(found.values())) * 40 % 1 == pytest.approx(0, abs=1e-9)
