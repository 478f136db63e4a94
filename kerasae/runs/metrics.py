"""`metrics.json`: what a finished run reached; written last, it marks the run as finished."""

import dataclasses
from typing import Literal

from kerasae import records
from kerasae.run_dir import RunDir


@dataclasses.dataclass(frozen=True)
class Metrics:
    """Numbers of a finished run.

    Attributes:
        parameters: Numbers that were trained.
        multiply_adds: Of one image, there and back.
        code_size: Numbers in a code.
        test_mse_per_pixel: Mean squared error per pixel and channel, mean over the test images.
        test_psnr_db: Peak signal-to-noise ratio, dB, mean over the test images.
        test_ssim: Structural similarity, at most 1, mean over the test images.
        input_wait_fraction: Share of the training time spent waiting for images; None where no
            epoch was trained by the process that ended the run.
        epochs: How many were trained.
        best_epoch: The one with the least error.
        evaluated: The checkpoint that the numbers are of.
        train_mse_per_pixel: Mean over the last epoch's images, while the weights moved.
        train_seconds: Of the training steps.
        units: Unit of each test number.
    """

    parameters: int
    multiply_adds: int
    code_size: int
    test_mse_per_pixel: float
    test_psnr_db: float
    test_ssim: float
    input_wait_fraction: float | None
    epochs: int
    best_epoch: int
    evaluated: Literal["model.keras", "best.keras"]
    train_mse_per_pixel: float
    train_seconds: float
    units: dict[str, str]


def write(run: RunDir, metrics: Metrics) -> None:
    """Writes `metrics.json`."""
    records.write(run.metrics, metrics)


def read(run: RunDir) -> Metrics:
    """Reads `metrics.json`.

    Raises:
        RunError: where it is missing, damaged, changed, or of another version of kerasae.
    """
    return records.read(run.metrics, Metrics)
