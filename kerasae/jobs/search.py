"""A whole search from flags to a finished directory; goes on from what is there."""

import contextlib
import dataclasses
import functools
import logging
from typing import Any

import kerasae
from kerasae import afterwards
from kerasae.config import RunError
from kerasae.data import pipeline
from kerasae.data.sources import arrays
from kerasae.data.spec import Source
from kerasae.reporting import search_report
from kerasae.reporting.search_publisher import Publisher
from kerasae.run_dir import RunDir
from kerasae.runs import environment
from kerasae.training.garbage import gc_frozen
from kerasae.tuning import description, ended, guard, published_architectures, trial
from kerasae.tuning.description import Description
from kerasae.tuning.execution.here import Here
from kerasae.tuning.execution.trial_pool import TrialPool
from kerasae.tuning.execution.trial_work import TrialWork
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.runner import Runner
from kerasae.tuning.trial import Trainer
from kerasae.workers.makers import worker_maker
from kerasae.workers.view import View

logger = logging.getLogger(__name__)

# Keras Tuner takes a seed of 0 for none.
ORACLE_SEED_OFFSET = 1


def search(plan: SearchPlan, resume: bool = False) -> Search:
    """Searches, and writes everything that a search leaves.

    Args:
        plan: What to do.
        resume: Whether a search in the plan's directory goes on.

    Returns:
        The search as it is on disk.

    Raises:
        ConfigError: for images or a directory that don't fit the plan.
        RunError: where the search can't go on.
        KeyboardInterrupt: after Ctrl-C.
    """
    with RunDir(plan.folder.path).locked():
        guard.require_searchable(plan, resume)
        try:
            _search(plan)
        except (RunError, KeyboardInterrupt):
            # Pictures and page of what there is show why.
            if plan.folder.table.exists():
                with afterwards.attempt(f"The page of {plan.folder.path}"):
                    search_report.write(open_search(plan.folder.path))
            raise
        found = open_search(plan.folder.path)
        with afterwards.attempt(f"The page of {plan.folder.path}"):
            search_report.write(found)
        ended.write(plan)
        return found


def _search(plan: SearchPlan) -> None:
    config = plan.candidates.base
    source = pipeline.open_source(config.data)
    plan = plan.with_image_size(pipeline.image_shape(source.spec, config.data)[:2])
    total = plan.total()
    with contextlib.ExitStack() as stack:
        if plan.search.apart:
            pool = stack.enter_context(contextlib.closing(_pool(plan, source, stack)))
            seen, start = pool.seen(), pool.judged_by
        else:
            trainer = Trainer.load(plan.search, plan.folder, config, source)
            seen, start = trial.seen(trainer.data), functools.partial(Here, trainer)
            # Each trial begins with a search for the garbage of the last one.
            stack.enter_context(gc_frozen())
        described = _describe(plan, seen, total)
        oracle = plan.search.tuner_class(
            TunerConfig(
                candidates=plan.candidates,
                objectives=plan.search.objectives,
                seed=described.oracle_seed,
                epochs=config.training.epochs,
                max_trials=total,
            )
        )
        publisher = Publisher(plan.folder, plan.candidates)
        Runner(oracle, plan.search, plan.folder, publisher).run(start)
    if not open_search(plan.folder.path).ranked:
        raise RunError(f"No trial was completed. {plan.folder.table} says why.")


def _pool(plan: SearchPlan, source: Source, stack: contextlib.ExitStack) -> TrialPool:
    """Workers, which start now: on a cluster, which is left with the stack, or on this machine."""
    search = plan.search
    work = TrialWork(search, plan.candidates.base, plan.folder, search.threads, arrays.all_given())
    known = guard.known_by(source.spec)
    make_worker, dashboard = worker_maker(search, work, known, stack)
    view = View(search.workers, dashboard)
    return TrialPool(make_worker, search.workers, plan.folder, search.worker_patience, view)


def _describe(plan: SearchPlan, images: dict[str, Any], total: int) -> Description:
    """Writes `search.json`; of an earlier start's the numbers of trials and workers may differ."""
    folder, workers = plan.folder, plan.search.workers
    if folder.description.exists():
        described = description.read(folder.description)
        guard.require_same(folder, images, described.images)
        if described.workers != workers:
            logger.info("going on with --workers=%d, before it were %d", workers, described.workers)
        described = dataclasses.replace(described, max_trials=total, workers=workers)
    else:
        environment.write(folder.environment, environment.describe(plan.command))
        size, exact = plan.candidates.size
        seed = plan.candidates.base.training.seed
        described = Description(
            kerasae=kerasae.__version__,
            command=plan.command,
            settings=plan.settings(),
            images=images,
            space=plan.candidates.space,
            size=size,
            size_is_exact=exact,
            tuner=plan.search.tuner,
            objectives=plan.search.objectives,
            max_trials=total,
            seed=seed,
            oracle_seed=seed + ORACLE_SEED_OFFSET,
            published=published_architectures.describe(
                plan.candidates, tuple(images["image_shape"])
            ),
            workers=workers,
        )
    description.write(folder.description, described)
    return described
