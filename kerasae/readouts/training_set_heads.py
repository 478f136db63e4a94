"""Heads fitted on the encoder's own training set: to be tried elsewhere, measured, shipped."""

from kerasae import names, registry
from kerasae.config import DataPlaceConfig
from kerasae.readouts import results
from kerasae.readouts.codes import compute_codes, labelled
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.read_out import fit_heads
from kerasae.readouts.readout import Readout
from kerasae.readouts.run_codes import RunCodes
from kerasae.runs.open_run import OpenRun, applied_data, load_data


def load_heads(
    opened: OpenRun, heads: tuple[str, ...], place: DataPlaceConfig, seed: int
) -> dict[str, Readout]:
    """Loads the heads of the run's own dataset, fitting those that are missing.

    Args:
        opened: The run.
        heads: Names of the heads.
        place: Where the run's own dataset lies.
        seed: Seed of the heads that are missing.

    Raises:
        ConfigError: where one is missing and the dataset can't be read out.
    """
    applied = place.applied()
    own = applied_data(opened.config.data, applied)
    folder = results.folder_of(opened.run, own.dataset)
    modules = {name: registry.load(registry.HEADS, name, "--heads") for name in heads}
    paths = {name: folder / f"{name}{module.SUFFIX}" for name, module in modules.items()}
    missing = tuple(
        name
        for name, path in paths.items()
        if not (path.exists() and results.holds(folder / f"{name}.json", own))
    )
    if missing:
        data, own = load_data(opened, applied)
        data = labelled(data, own.dataset)
        source, config = RunCodes(opened), ReadoutConfig(heads=missing, seed=seed)
        codes = compute_codes(source, data, own, names.CODE)
        for _ in fit_heads(source, data, own, config, codes, names.CODE, {}):
            pass  # Each is written as it comes.
    return {name: module.load(paths[name]) for name, module in modules.items()}
