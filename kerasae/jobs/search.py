"""A whole search from flags to a finished directory; goes on from what is there."""

import dataclasses

import kerasae
from kerasae import afterwards
from kerasae.config import RunError
from kerasae.data import pipeline
from kerasae.readouts.codes import require_labels
from kerasae.reporting import search_report
from kerasae.reporting.search_publisher import Publisher
from kerasae.run_dir import RunDir
from kerasae.runs import environment
from kerasae.training.garbage import gc_frozen
from kerasae.tuning import description, ended, guard, published_architectures
from kerasae.tuning.description import Description
from kerasae.tuning.objectives import VAL_ACCURACY
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.runner import Runner
from kerasae.tuning.trial import Trainer

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
    data = pipeline.load(source, config.data, config.training.seed)
    if VAL_ACCURACY in plan.search.objective:
        require_labels(data, config.data.dataset)
    described = _describe(plan, data, total)
    oracle = plan.search.tuner_class(
        TunerConfig(
            candidates=plan.candidates,
            objectives=plan.search.objectives,
            seed=described.oracle_seed,
            epochs=config.training.epochs,
            max_trials=total,
        )
    )
    trainer = Trainer(plan.search, plan.folder, data)
    with gc_frozen():  # Each trial begins with a search for the garbage of the last one.
        Runner(oracle, trainer, Publisher(plan.folder, plan.candidates).publish).run()
    if not open_search(plan.folder.path).ranked:
        raise RunError(f"No trial was completed. {plan.folder.table} says why.")


def _describe(plan: SearchPlan, data: pipeline.Data, total: int) -> Description:
    """Writes `search.json`; of an earlier start's only the number of trials may be another."""
    folder = plan.folder
    images = {
        "version": data.spec.name,
        "content": data.spec.content,
        "image_shape": list(data.image_shape),
        "train_images": data.train.num_images,
        "validation_images": data.validation.num_images,
    }
    if folder.description.exists():
        described = description.read(folder.description)
        guard.require_same(folder, images, described.images)
        described = dataclasses.replace(described, max_trials=total)
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
            published=published_architectures.describe(plan.candidates, data.image_shape),
        )
    description.write(folder.description, described)
    return described
