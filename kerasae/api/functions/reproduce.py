"""`reproduce` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, interruptible, verb
from kerasae.verbs import reproduce as settings

if TYPE_CHECKING:
    from kerasae.api.run import Run


@verb(settings, "experiment", "dataset")
def reproduce(call: Call) -> "Run | dict[int, Run]":
    """Repeats a published experiment: trains, reads out, transfers, measures, and writes the page.

    The same call goes on after an interrupt, and does nothing twice.

    Returns:
        The finished run; with several `seeds`, the runs by their seeds.

    Raises:
        ConfigError: for an experiment or settings that can't be.
        RunError: for a training that failed.
    """
    plan = settings.plan(call.line)

    from kerasae.api.run import Run
    from kerasae.jobs import reproduce as job
    from kerasae.training.seeding import caller_left_alone

    if plan.workers.apart:
        from kerasae.jobs import seed_runs

        with interruptible(plan.top):
            seed_runs.reproduce(plan, call.command)
    else:
        for config, run in plan.runs.values():
            with interruptible(run.path), caller_left_alone():
                job.reproduce(run, config, call.command)
    runs = {seed: Run(run.path, call.source) for seed, (_, run) in plan.runs.items()}
    if len(runs) == 1:
        return next(iter(runs.values()))

    from kerasae.reporting import comparison

    comparison.write(comparison.rows(plan.folders), plan.top)
    return runs
