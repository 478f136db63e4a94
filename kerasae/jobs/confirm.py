"""Confirms what a search found: its best and the published architecture, over seeds, on the test.

All of them are trained on all training images, as the published experiments
were: nothing is chosen any more, so nothing has to be held out, and the
numbers stand beside the published ones. The test images are looked at here for
the first time, once, after the last epoch of each run.

The published architectures are also trained as a trial is, on the search's own
split and seed, for their place among the trials.
"""

import dataclasses
import logging
from collections.abc import Iterator
from typing import Any

from kerasae import afterwards, names
from kerasae.config import RunError
from kerasae.data import pipeline
from kerasae.data.sources import arrays
from kerasae.jobs.readout import readout
from kerasae.jobs.seed_runs import SeedRun, SeedWork, in_workers
from kerasae.jobs.train import train
from kerasae.readouts import results
from kerasae.readouts.codes import describe_images
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.read_out import head_origin
from kerasae.reporting import search_confirmation, search_report
from kerasae.reporting.search_confirmation import HEADS, TEST_MSE, ConfirmationTable
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import record, seeds
from kerasae.tuning import published_architectures
from kerasae.tuning.objectives import SIZES
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import COMPLETED
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import LIMITS
from kerasae.tuning.trial import Trainer

logger = logging.getLogger(__name__)


def confirm(plan: SearchPlan) -> str:
    """Trains, measures and reads out what isn't yet; writes `confirm.csv`.

    Args:
        plan: A search that has ended. `confirm` of its settings says how many
            of the best trials, in the order of `ranking.ranked`, are confirmed,
            and `confirm_seeds` with which seeds.

    Returns:
        The table as Markdown.
    """
    wanted = plan.search.confirm_seeds
    with RunDir(plan.folder.path).locked():
        search = open_search(plan.folder.path)
        table = ConfirmationTable(plan.folder)
        found = _architectures(plan, search)
        if plan.search.apart and plan.search.ray is None:
            found = list(found)
            _train_ahead(plan, found)
        for architecture, config, validated in found:
            measured = [_run(plan, architecture, config, seed) for seed in wanted]
            table.add(search_confirmation.row(architecture, wanted, validated, measured))
        table.finish()
        with afterwards.attempt(f"The page of {plan.folder.path}"):
            search_report.write(open_search(plan.folder.path))
    return search_confirmation.markdown(table.rows)


def _architectures(
    plan: SearchPlan, search: Search
) -> Iterator[tuple[str, RunConfig, dict[str, float]]]:
    """Title, settings and validation numbers of the best, then of the published architectures."""
    best = search.ranked[: plan.search.confirm]
    if len(best) < plan.search.confirm:
        logger.info("only %d of %d trials can be confirmed", len(best), plan.search.confirm)
    for trial in best:
        yield f"trial {trial.trial_id}", plan.candidates.config(trial.values), trial.numbers
    base = plan.candidates.base
    source = pipeline.open_source(base.data)
    size = pipeline.image_shape(source.spec, base.data)[:2]
    known = published_architectures.configs(base, size)
    data = pipeline.load(source, base.data, base.training.seed) if known else None
    for title, config in known.items():
        yield title, config, _as_a_trial(plan, title, config, data)


def _as_a_trial(
    plan: SearchPlan, title: str, config: RunConfig, data: pipeline.Data
) -> dict[str, float]:
    """Numbers of a published architecture on the search's own split, with its own seed."""
    unlimited = dataclasses.replace(plan.search, median_stopping=False, **dict.fromkeys(LIMITS))
    trainer = Trainer(unlimited, SearchDir(plan.folder.confirm), data)
    logger.info("validating %s", title)
    proposal = Proposal(0, _slug(title), {}, config, config.training.epochs)
    finished = trainer.train(proposal, lambda *_: None)
    if finished.trial.status != COMPLETED:
        raise RunError(
            f"{title} can't be trained: {finished.trial.reason}"
        ) from finished.unforeseen
    return finished.trial.numbers


def _train_ahead(plan: SearchPlan, found: list[tuple[str, RunConfig, dict[str, float]]]) -> None:
    """Trains every run in workers, several at a time; who wants their numbers finds them there."""
    planned = [
        SeedRun(*_planned(plan, architecture, config, seed), architecture)
        for architecture, config, _ in found
        for seed in plan.search.confirm_seeds
    ]
    missing = [one for one in planned if not one.run.finished]
    options = {"resume": True}
    work = SeedWork("train", plan.command, plan.search.threads, options, arrays.all_given())
    if missing:
        in_workers(work, missing, plan.search)


def _run(plan: SearchPlan, architecture: str, config: RunConfig, seed: int) -> dict[str, Any]:
    """Numbers of one seed; what was finished before is read, not made again."""
    config, run = _planned(plan, architecture, config, seed)
    logger.info("confirming %s, seed %d", architecture, seed)
    metrics = dataclasses.asdict(train(run, config, plan.command, resume=True))
    accuracies = _read_out(run, config, seed) if _has_labels(run) else {}
    return {**{name: metrics[name] for name in (*SIZES, TEST_MSE)}, **accuracies}


def _planned(
    plan: SearchPlan, architecture: str, config: RunConfig, seed: int
) -> tuple[RunConfig, RunDir]:
    """Settings and directory of the run of one seed."""
    config = dataclasses.replace(
        config,
        data=dataclasses.replace(config.data, validation_fraction=0.0),
        training=dataclasses.replace(config.training, seed=seed, early_stopping=0),
    )
    return config, RunDir(seeds.folder(plan.folder.confirm / _slug(architecture), seed))


def _slug(architecture: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in architecture.lower()).strip("-")


def _has_labels(run: RunDir) -> bool:
    return len(record.read(run).classes or ()) > 1


def _read_out(run: RunDir, config: RunConfig, seed: int) -> dict[str, float]:
    """Accuracy by column on the test images, from the files where they are there."""
    wanted = ReadoutConfig(heads=HEADS, seed=seed, baselines=False)
    images = describe_images(record.read(run).dataset, config.data)
    made_of = {head: head_origin(wanted, images, names.CODE, head) for head in HEADS}
    missing = tuple(head for head in HEADS if not results.is_there(run, made_of[head]))
    if missing:
        readout(run, dataclasses.replace(wanted, heads=missing))
    return {f"{head}_accuracy": results.read(run, made_of[head]).accuracy for head in HEADS}
