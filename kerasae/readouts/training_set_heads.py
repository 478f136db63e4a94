"""Heads fitted on the encoder's own training set: to be tried elsewhere, measured, shipped."""

from kerasae import names
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.readouts import results
from kerasae.readouts.codes import compute_codes, describe_images, labelled
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.read_out import fit_heads
from kerasae.readouts.readout import FittedHead, Readout
from kerasae.readouts.run_codes import RunCodes
from kerasae.runs.applied_data import load_own_data, own_data
from kerasae.runs.open_run import OpenRun


def load_heads(
    opened: OpenRun, heads: tuple[str, ...], place: DataPlaceConfig, seed: int
) -> dict[str, Readout]:
    """As `load_fitted`, the heads alone."""
    return {head: one.readout for head, one in load_fitted(opened, heads, place, seed).items()}


def load_fitted(
    opened: OpenRun, heads: tuple[str, ...], place: DataPlaceConfig, seed: int
) -> dict[str, FittedHead]:
    """Loads the heads of all that the run was trained on, fitting those that are missing.

    Of a head that was fitted with several settings or seeds, the last one counts.

    Args:
        opened: The run.
        heads: Names of the heads.
        place: Where the run's own dataset lies.
        seed: Seed of the heads that are missing.

    Raises:
        ConfigError: where one is missing and the dataset can't be read out.
        RunError: where one is damaged.
    """
    run, recorded = opened.run, opened.record
    own = own_data(opened.config.data, place.applied())
    images = describe_images(recorded.dataset, own)
    missing = tuple(set(heads) - set(results.newest(results.on_the_code(run), images)))
    if missing:
        _fit(opened, tuple(head for head in heads if head in missing), place, seed)
    stored = results.newest(results.on_the_code(run), images)
    return {
        head: FittedHead(results.load_head(run, stored[head]), stored[head].train_images)
        for head in heads
    }


def _fit(opened: OpenRun, heads: tuple[str, ...], place: DataPlaceConfig, seed: int) -> None:
    """Fits heads on the run's own images; each is written as it comes."""
    data, own = load_own_data(opened, place)
    data = labelled(data, own.dataset)
    source, config = RunCodes(opened), ReadoutConfig(heads=heads, seed=seed)
    images = describe_images(data.spec, own)
    codes = compute_codes(source, data, own, names.CODE)
    for _ in fit_heads(source, images, config, codes, names.CODE, {}):
        pass
