"""`readout` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, verb
from kerasae.verbs import readout as settings

if TYPE_CHECKING:
    from kerasae.readouts.read_out import ReadOut


@verb(settings, "run_dir", "dataset")
def readout(call: Call) -> "ReadOut | dict[int, ReadOut]":
    """Trains small classifiers on the codes of a frozen encoder.

    Returns:
        What was reached: `accuracies` by head and baseline. Of a folder of several seeds, this
        by seed.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a run that is damaged.
    """
    plan = settings.plan(call.line)

    from kerasae.jobs import readout as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        by_seed = {seed: job.readout(run, plan.config) for seed, run in plan.runs.items()}
    if None in by_seed:
        return by_seed[None]
    plan.write_table(by_seed)
    return by_seed
