"""`evaluate` as a function."""

from typing import Any

from kerasae.api.call import Call, verb
from kerasae.verbs import evaluate as settings


@verb(settings, "run_dir")
def evaluate(call: Call) -> dict[Any, Any]:
    """Takes measures of a run, and draws their figures.

    Returns:
        For each measure a dictionary of its numbers by name; None for what has no value. Of a
        folder of several seeds, this by seed.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a run that is damaged.
    """
    config, runs = settings.plan(call.line)

    from kerasae.jobs import evaluate as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        by_seed = {seed: job.evaluate(run, config) for seed, run in runs.items()}
    return by_seed.get(None, by_seed)
