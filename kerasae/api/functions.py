"""The verbs as functions: what the command lines do, with the names of their flags."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasae.api.call import Call, interruptible, verb
from kerasae.verbs import (
    compare as compare_settings,
)
from kerasae.verbs import (
    encode as encode_settings,
)
from kerasae.verbs import (
    evaluate as evaluate_settings,
)
from kerasae.verbs import (
    export as export_settings,
)
from kerasae.verbs import (
    readout as readout_settings,
)
from kerasae.verbs import (
    report as report_settings,
)
from kerasae.verbs import (
    reproduce as reproduce_settings,
)
from kerasae.verbs import (
    search as search_settings,
)
from kerasae.verbs import (
    train as train_settings,
)
from kerasae.verbs import (
    transfer as transfer_settings,
)

if TYPE_CHECKING:
    from kerasae.api.export import Export
    from kerasae.api.run import Run
    from kerasae.jobs.transfer import Transferred
    from kerasae.readouts.read_out import ReadOut
    from kerasae.reporting.comparison import Row
    from kerasae.tuning.open_search import Search


@verb(train_settings, "dataset")
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
    plan = train_settings.plan(call.line)

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


@verb(search_settings, "dataset")
def search(call: Call) -> "Search":
    """Searches the encoder worth keeping, and leaves its directory.

    Returns:
        The search as it is on disk: `ranked` holds its completed trials, the best first.

    Raises:
        ConfigError: for images, settings or a space that can't be.
        RunError: for a search that can't go on.
    """
    plan = search_settings.plan(call.line, call.command)

    from kerasae.jobs import search as job
    from kerasae.jobs.confirm import confirm
    from kerasae.training.seeding import caller_left_alone
    from kerasae.tuning import ended
    from kerasae.tuning.open_search import open_search
    from kerasae.workers.makers import require_cluster

    with interruptible(plan.folder.path), caller_left_alone():
        found = ended.search(plan)
        if not found:
            require_cluster(plan.search)
            found = job.search(plan, call.line["resume"])
        if plan.search.confirm:
            confirm(plan)
            found = open_search(plan.folder.path)
    return found


@verb(readout_settings, "run_dir", "dataset")
def readout(call: Call) -> "ReadOut | dict[int, ReadOut]":
    """Trains small classifiers on the codes of a frozen encoder.

    Returns:
        What was reached: `accuracies` by head and baseline. Of a folder of several seeds, this
        by seed.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a run that is damaged.
    """
    plan = readout_settings.plan(call.line)

    from kerasae.jobs import readout as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        by_seed = {seed: job.readout(run, plan.config) for seed, run in plan.runs.items()}
    if None in by_seed:
        return by_seed[None]
    plan.write_table(by_seed)
    return by_seed


@verb(evaluate_settings, "run_dir")
def evaluate(call: Call) -> dict[Any, Any]:
    """Takes measures of a run, and draws their figures.

    Returns:
        For each measure a dictionary of its numbers by name; None for what has no value. Of a
        folder of several seeds, this by seed.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a run that is damaged.
    """
    config, runs = evaluate_settings.plan(call.line)

    from kerasae.jobs import evaluate as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        by_seed = {seed: job.evaluate(run, config) for seed, run in runs.items()}
    return by_seed.get(None, by_seed)


@verb(report_settings, "run_dir")
def report(call: Call) -> Path:
    """Draws the figures of a run, and writes its page.

    Returns:
        Path of the page, which needs nothing else.

    Raises:
        ConfigError: for figures that can't be.
        RunError: for a run that is damaged.
    """
    run, config = report_settings.plan(call.line)

    from kerasae.jobs import report as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        return job.report(run, config)


@verb(export_settings, "run_dir", "name")
def export(call: Call) -> "Export":
    """Publishes the next version of a run as files that stand alone, or checks one.

    Returns:
        The version, opened; of `verify` the one that was checked.

    Raises:
        ConfigError: for settings that can't be.
        RunError: for files that fall short; nothing is published then.
    """
    from kerasae.api.export import Export

    folder = export_settings.to_verify(call.line)
    if folder is not None:
        from kerasae.exporting import verify
        from kerasae.training.seeding import caller_left_alone

        with caller_left_alone():
            verify.verify(folder)
        return Export(folder)
    plan = export_settings.plan(call.line)

    from kerasae.jobs import export as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        published, _ = job.export(plan.run, plan.folder, plan.config)
    return Export(published)


@verb(transfer_settings, "saved_model", "dataset")
def transfer(call: Call) -> "Transferred":
    """Trains small classifiers on the codes of an exported encoder, without its run.

    Returns:
        What was reached, `reached.accuracies`, and the page.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for a file that is damaged or foreign.
    """
    plan = transfer_settings.plan(call.line)

    from kerasae.jobs import transfer as job
    from kerasae.training.seeding import caller_left_alone

    with caller_left_alone():
        return job.transfer(plan, call.command)


@verb(encode_settings, "run_dir", "dataset")
def encode(call: Call) -> "dict[str, np.ndarray] | list[Path]":
    """Writes codes, reconstruction errors and labels of a whole dataset: one file, or many.

    Returns:
        The arrays that were written to an `.npz` file, by name: `train_codes`, `test_codes`, …;
        of a folder, the paths of its Parquet files.

    Raises:
        ConfigError: for images or settings that can't be.
        RunError: for an encoder that gives NaN or infinity.
    """
    plan = encode_settings.plan(call.line)

    from kerasae import arrays
    from kerasae.jobs import encode as job
    from kerasae.training.seeding import caller_left_alone
    from kerasae.workers.makers import require_cluster

    require_cluster(plan.workers)

    with caller_left_alone():
        written = job.encode(plan)
    return arrays.read(plan.out) if plan.is_file else [plan.out / name for name in written]


@verb(compare_settings, "run_dirs")
def compare(call: Call) -> "list[Row]":
    """Writes one table over finished runs, as Markdown, CSV and a picture.

    Returns:
        Its rows: means and spreads by column, a row a run or folder of several seeds, with its
        baselines below it.

    Raises:
        ConfigError: for runs that can't stand in one table.
        RunError: for a run that is damaged.
    """
    plan = compare_settings.plan(call.line)

    from kerasae.reporting import comparison

    rows = comparison.rows(plan.groups)
    comparison.write(rows, plan.out)
    return rows


@verb(reproduce_settings, "experiment", "dataset")
def reproduce(call: Call) -> "Run | dict[int, Run]":
    """Repeats a published experiment: trains, reads out, transfers, measures, and writes the page.

    The same call goes on after an interrupt, and does nothing twice.

    Returns:
        The finished run; with several `seeds`, the runs by their seeds.

    Raises:
        ConfigError: for an experiment or settings that can't be.
        RunError: for a training that failed.
    """
    plan = reproduce_settings.plan(call.line)

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
