"""The heads of a run's own dataset, to be tried on another one as they are."""

import dataclasses

from kerasae import names
from kerasae.config import DataConfig
from kerasae.readouts import results
from kerasae.readouts.readout import Readout
from kerasae.readouts.run_codes import RunCodes
from kerasae.runs import open_run
from kerasae.runs.open_run import OpenRun


def own_heads(
    opened: OpenRun, heads: tuple[str, ...], wanted: DataConfig, seed: int
) -> dict[str, Readout]:
    """Loads the heads that were fitted on the encoder's own images, fitting what is missing.

    Args:
        opened: The run.
        heads: Names of the heads.
        wanted: The data of the other dataset, for where datasets lie.
        seed: Of the heads that are missing.

    Raises:
        ConfigError: where one is missing and the dataset can't be read out.
    """
    own = dataclasses.replace(
        wanted, dataset=opened.config.data.dataset, classes=(), max_examples=None
    )
    own = open_run.with_own_choices(opened.config.data, own)
    folder = results.readout_folder(RunCodes(opened), own.dataset, names.CODE)
    paths = {name: folder / f"{name}{results.head_module(name).SUFFIX}" for name in heads}
    missing = tuple(
        name
        for name, path in paths.items()
        if not (path.exists() and results.is_of(folder / f"{name}.json", own))
    )
    if missing:
        data, used = open_run.load_data(opened, own, resize=False)
        results.require_labels(data, own.dataset)
        results.read_out(RunCodes(opened), data, used, missing, names.CODE, seed)
    return {name: results.head_module(name).load(path) for name, path in paths.items()}
