"""One training run from flags to a finished run directory."""

import contextlib
import dataclasses
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np

import kerasae
from kerasae import afterwards, files, names, objectives, run_flags
from kerasae.data import damage, dataset_name, pipeline, pixels
from kerasae.data.config import DataConfig
from kerasae.data.spec import Source
from kerasae.evaluation.measures import reconstruction
from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import saved_model
from kerasae.figures.drawing import draw
from kerasae.models import cost
from kerasae.models.autoencoder import Autoencoder, build_autoencoder
from kerasae.models.footprint import require_buildable
from kerasae.probes import reconstructions
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import environment, initial_weights, metrics, outputs, record, settings
from kerasae.runs.fingerprint import fingerprint
from kerasae.runs.guard import require_trainable
from kerasae.runs.metrics import Metrics
from kerasae.runs.open_run import load_trained
from kerasae.runs.record import InitialWeights, RunRecord
from kerasae.training import devices, history, projector
from kerasae.training.fit import Fitted, fit
from kerasae.training.guards import DivergenceError
from kerasae.training.progress import EpochLog, ProgressBar
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded
from kerasae.training.tensorboard_log import TensorBoardLog

logger = logging.getLogger(__name__)

CHECKED_IMAGES = 16


def train(
    run: RunDir,
    config: RunConfig,
    command: list[str],
    resume: bool = False,
    mirrored: bool = False,
    init_from: Path | None = None,
    *,
    tensorboard: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Metrics:
    """Trains and measures, then exports and draws; goes on from what is there.

    A run whose numbers are written is finished, whatever fails of the rest;
    with `resume` what is missing of it is made.

    Args:
        run: The directory.
        config: What to run.
        command: The command line, for the record.
        resume: Whether a run of the same settings that is there already goes on.
        mirrored: Whether to train on all GPUs of this machine at once.
        init_from: A `.keras` file with the weights to begin with; None for random ones.
        tensorboard: Whether to write what TensorBoard shows, too.
        callbacks: More of Keras's callbacks, such as those of MLflow or W&B: `logs` holds `loss`,
            `mse_per_pixel` and, with held-out images, `val_mse_per_pixel`.

    Returns:
        What it reached, as in `metrics.json`.

    Raises:
        ConfigError: for a directory that holds another run, or without `resume`
            any run, images or initial weights other than the run's that goes on, or
            images that the model can't decode.
    """
    with run.locked(), seeded(config.training.seed):
        require_trainable(run, config, resume)
        source = pipeline.open_source(config.data)
        if run.config.exists():
            record.require_same_to_go_on(run, source.spec)
        if run.finished:
            logger.info("%s is already finished.", run.path)
            if not outputs.are_there(run, tensorboard):
                with afterwards.attempt(f"What is missing in {run.path}"):
                    trained = load_trained(_evaluated(config, run), config)
                    data = _load(config, source)
                    _complete(run, data, trained, config, tensorboard)
            return metrics.read(run)
        data = _load(config, source)
        with devices.scope(mirrored):
            autoencoder = _build(config, data)
            initial = initial_weights.begin(run, autoencoder, init_from)
        _ = data.test  # What can't be decoded should be known before the training, not after it.
        _record(config, run, data, command, initial)
        recorder = RunRecorder(run, fingerprint(config, data.spec, initial))
        ours = [recorder, ProgressBar(), EpochLog()]
        if tensorboard:
            ours.append(_tensorboard_log(run, data))
        with (
            damage.readable(data.spec.name, source.find_damage, reads_alone=False),
            _forgotten_if_diverged_at_once(run),
        ):
            fitted = _fit(config, autoencoder, data, [*ours, *callbacks])
        return _finish(config, run, data, fitted, tensorboard)


def _build(config: RunConfig, data: pipeline.Data) -> Autoencoder:
    """The autoencoder with fresh weights, and with what its objective puts into it."""
    return build_autoencoder(
        config.model,
        config.model_config,
        data.image_shape,
        config.training.mixed_precision,
        objectives.bottleneck(config),
    )


def _fit(
    config: RunConfig,
    autoencoder: Autoencoder,
    data: pipeline.Data,
    callbacks: Sequence[keras.callbacks.Callback],
) -> Fitted:
    """Trains, after saying what for."""
    objective = objectives.make(config.training_objective, config.objective_config)
    if objective.terms.keys() != {names.MSE_PER_PIXEL}:  # Each epoch's line says that by itself.
        logger.info("%s", objectives.in_words(objective))
    return fit(autoencoder, data.train, data.validation, config.training, objective, callbacks)


@contextlib.contextmanager
def _forgotten_if_diverged_at_once(run: RunDir) -> Iterator[None]:
    """Removes the record of a run that diverged in its first epoch: other settings are next."""
    try:
        yield
    except DivergenceError:
        if not run.model.exists():
            for path in (run.flags, run.environment, run.config):
                path.unlink(missing_ok=True)
        raise


def _load(config: RunConfig, source: Source) -> pipeline.Data:
    """The images, of a size that the model takes."""
    image_size = pipeline.image_shape(source.spec, config.data)[:2]
    require_buildable(config, image_size)
    return pipeline.load(source, config.data, config.training.seed)


def _record(
    config: RunConfig,
    run: RunDir,
    data: pipeline.Data,
    command: list[str],
    initial: InitialWeights | None,
) -> None:
    """Writes what the run is before it starts; an earlier start's record stays."""
    if run.config.exists():
        return
    placed = _at_its_place(config)
    more = {"init_from": initial.path} if initial else {}
    files.write_text(run.flags, run_flags.flagfile(placed, more))
    environment.write(run.environment, environment.describe(command))
    recorded = RunRecord(
        kerasae=kerasae.__version__,
        settings=settings.to_json(placed),
        dataset=data.spec,
        classes=data.classes,
        image_shape=data.image_shape,
        train_images=data.train.num_images,
        validation_images=data.validation.num_images if data.validation else 0,
        test_images=data.test.num_images,
        images_in_memory=data.train.in_memory,
        initial=initial,
    )
    record.write(run, recorded)


def _at_its_place(config: RunConfig) -> RunConfig:
    """The config with a dataset and a folder of datasets that can be found from anywhere."""
    data = dataset_name.at_its_place(config.data)
    if data.data_dir is not None:
        data_dir = str(Path(data.data_dir).expanduser().absolute())
        data = dataclasses.replace(data, data_dir=data_dir)
    return dataclasses.replace(config, data=data)


def _tensorboard_log(run: RunDir, data: pipeline.Data) -> TensorBoardLog:
    """Shows held-out images, training images where there are none; never those of the test."""
    split = data.validation or data.train
    images = split.take(np.arange(min(CHECKED_IMAGES, split.num_images)))
    return TensorBoardLog(run.tensorboard, pixels.to_unit(images))


def _finish(
    config: RunConfig, run: RunDir, data: pipeline.Data, fitted: Fitted, tensorboard: bool
) -> Metrics:
    """Measures and writes the metrics, which mark the run as finished; then exports and draws."""
    evaluated = _evaluated(config, run)
    autoencoder = load_trained(evaluated, config)
    logger.info("measuring on the test images")
    measured = reconstruction.quality(autoencoder, data.test)
    reached = Metrics(
        parameters=cost.parameters(autoencoder.model),
        multiply_adds=cost.multiply_adds(autoencoder.model),
        code_size=autoencoder.code_size,
        **{f"test_{name}": value for name, value in measured.items()},
        input_wait_fraction=fitted.input_wait_fraction,
        epochs=len(fitted.rows),
        best_epoch=history.best_epoch(fitted.rows),
        evaluated=evaluated.name,
        train_mse_per_pixel=fitted.rows[-1].mse_per_pixel,
        train_seconds=round(sum(row.seconds for row in fitted.rows), 1),
        units={f"test_{name}": unit for name, unit in reconstruction.UNITS.items()},
    )
    metrics.write(run, reached)
    _complete(run, data, autoencoder, config, tensorboard)
    return reached


def _evaluated(config: RunConfig, run: RunDir) -> Path:
    """The file of the model that is measured."""
    return run.best_model if config.training.early_stopping else run.model


def _complete(
    run: RunDir,
    data: pipeline.Data,
    autoencoder: Autoencoder,
    config: RunConfig,
    tensorboard: bool,
) -> None:
    """Makes what a finished run has beside its numbers, as far as it isn't there."""
    if not run.saved_model.exists():
        with afterwards.attempt(f"The SavedModel of {run.path}"):
            _export(run, autoencoder, data, config.data)
    if not outputs.probe(run).exists():
        with afterwards.attempt(f"The reconstructions of {run.path}"):
            arrays = reconstructions.compute(autoencoder, data.test, config.training.seed)
            with files.atomic_path(outputs.probe(run)) as new:
                np.savez_compressed(new, **arrays)
    for name in outputs.FIGURES:
        with afterwards.attempt(f"The figure {name} of {run.path}"):
            draw(run, name)
    if tensorboard and not outputs.codes(run).exists():
        with afterwards.attempt(f"The codes for TensorBoard of {run.path}"):
            projector.write(outputs.codes(run), autoencoder, data.test, config.training.seed)


def _export(
    run: RunDir, autoencoder: Autoencoder, data: pipeline.Data, trained: DataConfig
) -> None:
    """A SavedModel that was loaded again and compared before it takes its place."""
    (images,) = data.test.batches(CHECKED_IMAGES).take(1).as_numpy_iterator()
    raw_images = np.rint(images * 255).astype(np.uint8)
    exported = Exported(autoencoder, fit=(trained.fit, trained.background))
    with files.atomic_path(run.saved_model) as new:
        saved_model.write(exported, new)
        saved_model.check(exported, new, raw_images)
