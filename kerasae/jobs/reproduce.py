"""Repeats a whole experiment: trains, reads out, transfers, measures, draws; each part goes on."""

import logging
from pathlib import Path

from kerasae import files
from kerasae.config import DataPlaceConfig, RunConfig, require
from kerasae.evaluation.config import EvaluationConfig
from kerasae.jobs.evaluate import evaluate
from kerasae.jobs.readout import readout
from kerasae.jobs.report import report
from kerasae.jobs.train import train
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.readouts import label_efficiency, results
from kerasae.readouts.config import ReadoutConfig
from kerasae.reporting.config import ReportConfig
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.runs.open_run import applied_data

logger = logging.getLogger(__name__)


def reproduce(run: RunDir, config: RunConfig, command: list[str]) -> Path:
    """Does what isn't done yet.

    Args:
        run: Its directory; may hold an earlier, unfinished try of the same settings.
        config: Settings of the experiment.
        command: The command line, for the record.

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
    train(run, config, command, resume=True)
    own = config.data.dataset
    # Beside another dataset than the experiment's own it isn't known what to try.
    transfer = experiment.transfer_dataset if experiment.is_own(own) else None
    if len(files.read_json(run.config)["classes"] or ()) < 2:
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
    applied = DataPlaceConfig().applied(dataset, resize=True)
    expected, seed = applied_data(config.data, applied), config.training.seed
    folder = results.folder_of(run, expected.dataset)
    heads = results.missing(folder, experiment.heads, expected, seed)
    baselines = bool(results.missing(folder, [results.BASELINES], expected, seed))
    counts = experiment.labels_per_class
    counts = () if _has_curve(folder, counts) else counts
    if heads or baselines or counts:
        wanted = ReadoutConfig(
            heads=heads, seed=seed, baselines=baselines, labels_per_class=counts, data=applied
        )
        readout(run, wanted)


def _has_curve(folder: Path, expected: tuple[str, ...]) -> bool:
    """Whether the label curve is there, of the numbers of labels that it should have."""
    path = folder / label_efficiency.FILE
    counts = [row[label_efficiency.LABELS] for row in files.read_csv(path)] if path.exists() else ()
    return set(counts) == set(expected)


def _log_part(part: str) -> None:
    logger.info("— %s", part)
