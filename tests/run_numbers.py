"""What a run has written so far, and whether it is what another one wrote."""

import time

import numpy as np

from kerasae import csv_files, names
from kerasae.models.autoencoder import load_autoencoder


def column(run, name=names.MSE_PER_PIXEL):
    """A column of the history as it is written."""
    return [row[name] for row in csv_files.read(run.history)]


def numbers(run, name=names.MSE_PER_PIXEL):
    return np.array(column(run, name), float)


def weights(path):
    return [weight.numpy() for weight in load_autoencoder(path).model.weights]


def assert_same_run(run, other):
    """The promise of --resume: history and weights to 1e-6."""
    for name in (names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL):
        np.testing.assert_allclose(numbers(run, name), numbers(other, name), rtol=1e-6)
    for model in ("model", "best_model"):
        pairs = zip(weights(getattr(run, model)), weights(getattr(other, model)), strict=True)
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


def rows_written(run):
    """Rows that are in the history right now; the file is replaced while we look."""
    return len(csv_files.read(run.history)) if run.history.exists() else 0


def wait_for_rows(run, process, wanted):
    """Until the run has written this many rows; never by the clock."""
    deadline = time.monotonic() + 90
    while rows_written(run) < wanted:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.005)
