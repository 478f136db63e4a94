"""Arrays of a run's probes, for every figure of one."""

from kerasae import arrays
from kerasae.arrays import Arrays
from kerasae.run_dir import RunDir


def read(run: RunDir, probe: str) -> Arrays:
    """What a probe computed.

    Raises:
        RunError: where its file is missing or damaged.
    """
    return arrays.read(run.probes / f"{probe}.npz")
