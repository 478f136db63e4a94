"""Reads out the codes of a finished run on one dataset."""

import logging

from kerasae import afterwards, names
from kerasae.config import ConfigError
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.data.dataset_name import same_dataset
from kerasae.figures.drawing import draw
from kerasae.readouts.codes import labelled
from kerasae.readouts.config import ALL, ReadoutConfig
from kerasae.readouts.read_out import ReadOut, read_out
from kerasae.readouts.readout import FittedHead
from kerasae.readouts.run_codes import RunCodes
from kerasae.readouts.training_set_heads import load_fitted
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import is_own, load_data
from kerasae.runs.open_run import OpenRun, open_run

logger = logging.getLogger(__name__)


def readout(run: RunDir, config: ReadoutConfig) -> ReadOut:
    """Fits heads and baselines, and draws what they reach.

    Args:
        run: A finished run; codes, results and figures are added to it.
        config: What to read out.

    Returns:
        What was reached.

    Raises:
        ConfigError: where the run isn't finished, or the data has no labels or
            doesn't fit the encoder.
    """
    with run.locked():
        opened = open_run(run)
        data, data_config = load_data(opened, config.data)
        data = labelled(data, data_config.dataset)
        zero_shot = {}
        if not is_own(opened.record, data.spec):
            zero_shot = _heads_of_training_set(opened, config, data_config.dataset)
        reached = read_out(RunCodes(opened), data, data_config, config, zero_shot)
        for figure in figures_to_draw(config):
            with afterwards.attempt(f"The figure {figure} of {run.path}"):
                draw(run, figure)
        return reached


def figures_to_draw(config: ReadoutConfig) -> list[str]:
    """Names of the figures that show what a readout wrote."""
    wanted = {
        "layer_accuracy": config.layer == ALL,
        "label_efficiency": bool(config.labels_per_class),
        "confusion": config.layer in (names.CODE, ALL),
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _heads_of_training_set(
    opened: OpenRun, config: ReadoutConfig, other: str
) -> dict[str, FittedHead]:
    """Heads to be applied to another dataset as they are; none where they can't be had.

    The folder that was given is also the training set's, unless it holds
    another dataset of that name. Of the training set's other labels its heads
    know nothing.
    """
    own = opened.config.data.dataset
    other_label = same_dataset(other, own) and config.data.label is not None
    if other_label or config.layer not in (names.CODE, ALL):
        return {}
    same, given = same_dataset(other, own), config.data
    place = DataPlaceConfig() if same else DataPlaceConfig(given.data_dir, given.download)
    try:
        return load_fitted(opened, config.heads, place, config.seed)
    except ConfigError as error:
        logger.info("No head of %s is applied as it is: %s", own, error)
        return {}
