"""`encode` as a function."""

from pathlib import Path
from typing import TYPE_CHECKING

from kerasae.api.call import Call, verb
from kerasae.verbs import encode as settings

if TYPE_CHECKING:
    import numpy as np


@verb(settings, "run_dir", "dataset")
def encode(call: Call) -> "dict[str, np.ndarray] | list[Path]":
    """Writes codes, reconstruction errors and labels of a whole dataset: one file, or many.

    Returns:
        The arrays that were written to an `.npz` file, by name: `train_codes`, `test_codes`, …;
        of a folder, the paths of its Parquet files.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for an encoder that gives NaN or infinity.
    """
    plan = settings.plan(call.line)

    from kerasae import arrays
    from kerasae.jobs import encode as job
    from kerasae.training.seeding import caller_left_alone
    from kerasae.workers.makers import require_cluster

    require_cluster(plan.workers)

    with caller_left_alone():
        written = job.encode(plan)
    return arrays.read(plan.out) if plan.is_file else [plan.out / name for name in written]
