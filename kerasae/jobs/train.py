"""One training run from flags to a finished run directory."""

import dataclasses
import logging
from pathlib import Path

import numpy as np

import kerasae
from kerasae import files, names, objectives, run_flags
from kerasae.config import RunConfig
from kerasae.data import pipeline
from kerasae.evaluation.measures import reconstruction
from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import saved_model
from kerasae.figures.drawing import draw
from kerasae.models.autoencoder import Autoencoder, build_autoencoder
from kerasae.models.cost import multiply_adds
from kerasae.probes import reconstructions
from kerasae.run_dir import RunDir
from kerasae.runs import environment, settings
from kerasae.runs.fingerprint import fingerprint
from kerasae.runs.guard import require_trainable
from kerasae.runs.open_run import load_trained
from kerasae.training import devices, history
from kerasae.training.fit import Fitted, fit
from kerasae.training.progress import EpochLog, ProgressBar
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

logger = logging.getLogger(__name__)

FIGURES = ("loss_by_epoch", "reconstructions")
CHECKED_IMAGES = 16
WAIT = "input_wait_fraction"


def train(
    run: RunDir,
    config: RunConfig,
    command: list[str],
    resume: bool = False,
    mirrored: bool = False,
) -> dict:
    """Trains, measures, exports and draws; goes on from what is there.

    Args:
        run: The directory.
        config: What to run.
        command: The command line, for the record.
        resume: Whether a run of the same settings that is there already goes on.
        mirrored: Whether to train on all GPUs of this machine at once.

    Returns:
        The content of `metrics.json`.

    Raises:
        ConfigError: for a directory that holds another run, or without `resume`
            any run, or images that the model can't decode.
    """
    with run.locked(), seeded(config.training.seed):
        require_trainable(run, config, resume)
        if run.finished:
            logger.info("%s is already finished.", run.path)
            return files.read_json(run.metrics)
        source = pipeline.open_source(config.data)
        config.model_config.check_image_size(pipeline.image_shape(source.spec, config.data)[:2])
        data = pipeline.load(source, config.data, config.training.seed)
        with devices.scope(mirrored):
            autoencoder = build_autoencoder(
                config.model, config.model_config, data.image_shape, config.training.mixed_precision
            )
        _ = data.test  # What can't be decoded should be known before the training, not after it.
        _record(config, run, data, command)
        fitted = fit(
            autoencoder,
            data.train,
            data.validation,
            config.training,
            objectives.make(config.training_objective, config.objective_config),
            [RunRecorder(run, fingerprint(config, data.spec)), ProgressBar(), EpochLog()],
        )
        return _finish(config, run, data, fitted)


def _record(config: RunConfig, run: RunDir, data: pipeline.Data, command: list[str]) -> None:
    """Writes what the run is before it starts; an earlier start's record stays."""
    if run.config.exists():
        return
    files.write_text(run.flags, run_flags.flagfile(config))
    files.write_json(run.environment, environment.describe(command))
    files.write_json(
        run.config,
        {
            "kerasae": kerasae.__version__,
            "settings": settings.to_json(_at_its_place(config)),
            "dataset": dataclasses.asdict(data.spec),
            "classes": data.classes,
            "image_shape": data.image_shape,
            "train_images": data.train.num_images,
            "validation_images": data.validation.num_images if data.validation else 0,
            "test_images": data.test.num_images,
            "images_in_memory": data.train.in_memory,
        },
    )


def _at_its_place(config: RunConfig) -> RunConfig:
    """The config with a folder of datasets that can be found from anywhere."""
    if config.data.data_dir is None:
        return config
    data_dir = str(Path(config.data.data_dir).expanduser().absolute())
    return dataclasses.replace(config, data=dataclasses.replace(config.data, data_dir=data_dir))


def _finish(config: RunConfig, run: RunDir, data: pipeline.Data, fitted: Fitted) -> dict:
    """Measures, exports, draws; the metrics come last and mark the run as finished."""
    early = config.training.early_stopping
    evaluated = run.best_model if early else run.model
    autoencoder = load_trained(evaluated, config)
    logger.info("measuring on the test images")
    measured = reconstruction.quality(autoencoder, data.test)
    _export(run, autoencoder, data)
    with files.atomic_path(run.probes / "reconstructions.npz") as new:
        arrays = reconstructions.compute(autoencoder, data.test, config.training.seed)
        np.savez_compressed(new, **arrays)
    for name in FIGURES:
        draw(run, name)
    metrics = {
        "parameters": autoencoder.model.count_params(),
        "multiply_adds": multiply_adds(autoencoder.model),
        "code_size": autoencoder.code_size,
        **{f"test_{name}": value for name, value in measured.items()},
        WAIT: fitted.input_wait_fraction,
        "epochs": len(fitted.rows),
        "best_epoch": history.best_epoch(fitted.rows),
        "evaluated": evaluated.name,
        f"train_{names.MSE_PER_PIXEL}": fitted.rows[-1].mse_per_pixel,
        "train_seconds": round(sum(row.seconds for row in fitted.rows), 1),
        "units": {f"test_{name}": unit for name, unit in reconstruction.UNITS.items()},
    }
    files.write_json(run.metrics, metrics)
    return metrics


def _export(run: RunDir, autoencoder: Autoencoder, data: pipeline.Data) -> None:
    """A SavedModel that was loaded again and compared before it takes its place."""
    (images,) = data.test.batches(CHECKED_IMAGES).take(1).as_numpy_iterator()
    raw_images = np.rint(images * 255).astype(np.uint8)
    exported = Exported(autoencoder)
    with files.atomic_path(run.saved_model) as new:
        saved_model.write(exported, new)
        saved_model.check(exported, new, raw_images)
