"""A search for TensorBoard's HParams view: `tensorboard --logdir=DIR/tensorboard`."""

import shutil

import tensorflow as tf
from tensorboard.plugins.hparams import api

from kerasae import files, names
from kerasae.config import RunError
from kerasae.training import history
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import KNOWN
from kerasae.tuning.record import Trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.space import Space


def write_space(folder: SearchDir, space: Space) -> None:
    """Declares the dimensions and what is measured, once for a search."""
    if folder.tensorboard.exists():
        return
    # The folder is there only once the declaration is on disk.
    with files.atomic_path(folder.tensorboard) as new:
        writer = tf.summary.create_file_writer(str(new))
        with writer.as_default():
            api.hparams_config(
                hparams=[api.HParam(d.name, _domain(d)) for d in space.dimensions],
                metrics=[api.Metric(name) for name in KNOWN],
            )
        writer.close()


def write_trial(folder: SearchDir, trial: Trial) -> None:
    """Values, errors by epoch and results of one trial, in place of what was there of it.

    Raises:
        RunError: where its history is damaged, or isn't what the record says.
    """
    path = folder.tensorboard / trial.trial_id
    shutil.rmtree(path, ignore_errors=True)
    run = folder.trial(trial.trial_id)
    rows = history.read(run)
    if rows and tuple(row.error for row in rows) != trial.errors:
        raise RunError(
            f"{run.history} was changed since kerasae wrote it: its errors are not those of "
            f"{folder.record}."
        )
    with tf.summary.create_file_writer(str(path)).as_default():
        api.hparams(dict(trial.values), trial_id=trial.trial_id)
        for row in rows:
            for name in (names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL):
                tf.summary.scalar(f"epoch/{name}", getattr(row, name), step=row.epoch)
        for name, number in trial.numbers.items():
            tf.summary.scalar(name, number, step=trial.epochs)


def _domain(dimension: Dimension):
    """What the view offers for filtering."""
    if dimension.values is not None:
        return api.Discrete(sorted(dimension.values, key=str))
    interval = api.IntInterval if dimension.kind == "int" else api.RealInterval
    return interval(dimension.low, dimension.high)
