"""`train` as a function."""

from typing import TYPE_CHECKING

from kerasae.api.call import Call, interruptible, verb
from kerasae.verbs import train as settings

if TYPE_CHECKING:
    from kerasae.api.run import Run


@verb(settings, "dataset")
def train(call: Call) -> "Run | dict[int, Run]":
    """Trains a convolutional autoencoder, and leaves a run directory.

    An interrupt (Ctrl-C, or the stop button of a notebook) keeps the finished epochs; the same
    call with `resume=True` goes on to the same result.

    Returns:
        The finished run; with `seeds`, the runs by their seeds.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a training that failed.
    """
    plan = settings.plan(call.line)

    from kerasae.api.run import Run
    from kerasae.jobs import train as job

    # The training itself leaves the caller's generators alone.
    done, metrics, config = plan.finished(), {}, plan.config
    if plan.workers.apart:
        from kerasae.jobs import seed_runs

        with interruptible(plan.top):
            done |= seed_runs.train(plan, done, call.command)
    for run_config, run in plan.runs:
        seed = run_config.training.seed
        if seed in done:
            metrics[seed] = done[seed]
            continue
        with interruptible(run.path):
            metrics[seed] = job.train(
                run, run_config, call.command, config.resume, config.mirrored, plan.init_from,
                tensorboard=config.tensorboard,
            )  # fmt: skip
    runs = {one.training.seed: Run(run.path, call.source) for one, run in plan.runs}
    if not config.seeds:
        return next(iter(runs.values()))
    plan.write_table(metrics)
    return runs
