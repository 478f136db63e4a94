"""Repeats a whole experiment: trains, reads out, transfers, measures, draws; each part goes on."""

import dataclasses
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kerasae import names
from kerasae.config import require
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.evaluation.config import EvaluationConfig
from kerasae.jobs.evaluate import evaluate
from kerasae.jobs.readout import readout
from kerasae.jobs.report import report
from kerasae.jobs.train import train
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.readouts import baselines, curves, origin, results
from kerasae.readouts.codes import describe_images
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.origin import Images
from kerasae.readouts.read_out import baseline_heads, head_origin, label_curve_origin
from kerasae.reporting.config import ReportConfig
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings
from kerasae.runs.applied_data import open_applied

logger = logging.getLogger(__name__)


def reproduce(
    run: RunDir,
    config: RunConfig,
    command: list[str],
    *,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Path:
    """Does what isn't done yet.

    Args:
        run: Its directory; may hold an earlier, unfinished try of the same settings.
        config: Settings of the experiment.
        command: The command line, for the record.
        callbacks: Of its training.

    Returns:
        Path of the report.

    Raises:
        ConfigError: where the directory holds a run of other settings, or the
            settings are of no published experiment.
    """
    experiment = experiments.matching(settings.to_json(config))
    require(
        experiment is not None, "The model must be a published experiment's.", model=config.model
    )
    _log_part("training")
    train(run, config, command, resume=True, callbacks=callbacks)
    own = config.data.dataset
    # Beside another dataset than the experiment's own it isn't known what to try.
    transfer = experiment.transfer_dataset if experiment.is_own(own) else None
    if len(record.read(run).classes or ()) < 2:
        logger.info("%s has no labels to read out", own)
    else:
        _log_part(f"readouts on {own}")
        _read_out(run, config, own, experiment)
    if transfer:
        _log_part(f"transfer to {transfer}")
        _read_out(run, config, transfer, experiment)
    _log_part("measures")
    seed = config.training.seed
    evaluate(run, EvaluationConfig(heads=experiment.heads, other_dataset=transfer, seed=seed))
    _log_part("figures and report")
    return report(run, ReportConfig())


def _read_out(run: RunDir, config: RunConfig, dataset: str, experiment: Experiment) -> None:
    """Heads, baselines and the label curve, as far as they aren't there yet as they should be."""
    wanted = ReadoutConfig(
        heads=experiment.heads,
        seed=config.training.seed,
        labels_per_class=experiment.labels_per_class,
        data=DataPlaceConfig().applied(dataset, resize=True),
    )
    source, data_config = open_applied(run, wanted.data)
    missing = _missing(run, wanted, describe_images(source.spec, data_config))
    if any(missing.values()):
        readout(run, dataclasses.replace(wanted, **missing))


def _missing(run: RunDir, wanted: ReadoutConfig, images: Images) -> dict[str, Any]:
    """Fields of the config that ask for what isn't there yet, made of just this."""

    def is_there(features: str, head: str) -> bool:
        return results.is_there(run, head_origin(wanted, images, features, head))

    has_curve = curves.is_there(run, label_curve_origin(wanted, images))
    return {
        "heads": tuple(head for head in wanted.heads if not is_there(names.CODE, head)),
        "baselines": not all(
            is_there(origin.baseline_features(baseline), head)
            for baseline in baselines.NAMES
            for head in baseline_heads(wanted)
        ),
        "labels_per_class": () if has_curve else wanted.labels_per_class,
    }


def _log_part(part: str) -> None:
    logger.info("— %s", part)
