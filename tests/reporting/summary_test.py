"""What came out, in sentences with their counts."""

import shutil

import pytest
from made_records import TEN, change_metrics, change_run, spec, write_readout

from kerasae.published import experiments
from kerasae.reporting import summary
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings

DIGITS, MNIST = spec("digits"), spec("mnist:3.0.1")


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may change."""
    shutil.copytree(finished.path, tmp_path / "run")
    run = RunDir(tmp_path / "run")
    shutil.rmtree(run.readouts, ignore_errors=True)
    return run


def write(run, dataset, code, untrained, images):
    counts = {"train_images": 1_437, "test_images": images}
    write_readout(run, dataset, "linear", code, **counts)
    write_readout(run, dataset, "linear", untrained, features_of="baselines/untrained", **counts)


@pytest.mark.parametrize(
    ("code", "untrained", "images", "verdict"),
    [
        (0.9667, 0.9639, 360, "0.0028 above, no difference that so many images show"),
        (0.9667, 0.9139, 10_000, "0.0528 above, more than chance"),
        (0.9139, 0.9667, 10_000, "0.0528 below, less, by more than chance"),
    ],
)
def test_a_gain_within_chance_is_none(run, code, untrained, images, verdict):
    change_run(run, dataset=DIGITS)
    write(run, DIGITS, code, untrained, images)
    (text,) = (one for one in summary.of_run(run) if one.startswith("Linear readout"))
    assert f"{code:.4f} of {images:,} test images of digits right, learnt from 1,437 labels" in text
    assert f"Against the untrained encoder: {verdict} (two standard errors: 0.0" in text


def test_the_error_stands_beside_its_counts(run):
    change_metrics(run, test_mse_per_pixel=0.0042)
    images = record.read(run).test_images
    first = summary.of_run(run)[0]
    assert first.startswith(f"Reconstruction of {images:,} test images from ")
    assert "mean squared error 0.004200 per pixel" in first
    assert first.endswith("One seed.")


def test_published_numbers_stand_beside_a_repetition(run):
    change_run(
        run,
        settings=settings.to_json(experiments.load("cognition").config()),
        dataset=MNIST,
        train_images=60_000,
        image_shape=(28, 28, 1),
        classes=TEN,
    )
    write_readout(run, MNIST, "linear", 0.93)
    told = " ".join(summary.of_run(run))
    assert "Training error, mean over epoch 3: " in told
    assert "published 0.008000 (report of Giulio Umbrella)." in told
    assert "Linear readout 0.9300, published 0.8200 (report of Giulio Umbrella)." in told
