"""A whole search from flags to a finished directory; goes on from what is there."""

import contextlib
import dataclasses
import sys
import time
from collections.abc import Callable
from typing import Any

import kerasae
from kerasae import files, registry
from kerasae.config import RunError
from kerasae.data import pipeline
from kerasae.readouts.codes import require_labels
from kerasae.reporting import search_report
from kerasae.run_dir import RunDir
from kerasae.runs import environment
from kerasae.training.garbage import gc_frozen
from kerasae.tuning import (
    checks,
    hparams_log,
    published_architectures,
    ranking,
    record,
    space_file,
    tables,
)
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.objectives import KNOWN, VAL_ACCURACY
from kerasae.tuning.oracle import Task
from kerasae.tuning.readout_accuracy import validation_accuracy
from kerasae.tuning.record import Outcome
from kerasae.tuning.runner import Runner
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig
from kerasae.tuning.trial import Trainer

# Keras Tuner takes a seed of 0 for none.
ORACLE_SEED_OFFSET = 1
# Drawing all pictures may take this share of a search's time, once it has lasted so many seconds.
SHARE_OF_DRAWING = 0.02
SECONDS_UNDRAWN = 120


@dataclasses.dataclass(frozen=True)
class Job:
    """What a search is to do.

    Attributes:
        search: The search's settings.
        candidates: Its space and the settings of its runs.
        folder: A directory that passed `check_search_dir`.
        command: The command line, for the record.
    """

    search: SearchConfig
    candidates: Candidates
    folder: SearchDir
    command: list[str]


def search_run(job: Job) -> list[Outcome]:
    """Searches, and writes everything that a search leaves.

    Returns:
        The outcomes of all trials.

    Raises:
        ConfigError: for images that don't fit the space, or an earlier search
            with other settings or on other images.
        RunError: where the search can't go on.
        KeyboardInterrupt: after Ctrl-C.
    """
    with RunDir(job.folder.path).locked():
        current = checks.settings(job.search, job.candidates)
        checks.require_going_on(job.folder, current, job.search.trials)
        try:
            outcomes = _search(job)
            search_report.write(job.folder.path)
        except RunError:
            _report_on(job.folder)  # What there is shows why.
            raise
        except KeyboardInterrupt:
            _report_on(job.folder)
            raise
        return outcomes


def _report_on(folder: SearchDir) -> None:
    """Pictures and page of what there is."""
    if folder.table.exists():
        with contextlib.suppress(RunError):
            search_report.write(folder.path)


def _search(job: Job) -> list[Outcome]:
    config = job.candidates.base
    source = pipeline.open_source(config.data)
    image_size = pipeline.image_shape(source.spec, config.data)[:2]
    if job.candidates.image_size != image_size:
        candidates = Candidates(job.candidates.space, config, image_size)
        space_file.require_possible(space_file.find(job.search.space), candidates)
        job = dataclasses.replace(job, candidates=candidates)
    total = _total(job)
    data = pipeline.load(source, config.data, config.training.seed)
    if VAL_ACCURACY in job.search.objective:
        require_labels(data, config.data.dataset)
    _describe(job, data, total)
    seed = config.training.seed + ORACLE_SEED_OFFSET
    oracle = registry.load(registry.TUNERS, job.search.tuner, "--tuner").make(
        Task(job.candidates, job.search.objective, seed, config.training.epochs, total)
    )
    with gc_frozen():  # Each trial begins with a search for the garbage of the last one.
        outcomes = Runner(oracle, search_trainer(job, data), _publisher(job)).run()
    if not ranking.ranked(outcomes, job.search.objective):
        raise RunError(f"No trial was completed. {job.folder.table} says why.")
    return outcomes


def search_trainer(job: Job, data: pipeline.Data) -> Trainer:
    """What trains candidates as the search wants it."""
    return Trainer(
        search=job.search,
        folder=job.folder,
        data=data,
        accuracy=lambda autoencoder: validation_accuracy(autoencoder, data),
    )


def _total(job: Job) -> int:
    """How many candidates to train: as many as wanted, or all there are."""
    size, exact = job.candidates.size
    wanted = job.search.trials
    if size is None or (wanted is not None and wanted <= size):
        return wanted
    if wanted is not None and exact:
        print(
            f"The space has {size} different candidates, fewer than --max_trials={wanted}: "
            "each of them is tried once.",
            file=sys.stderr,
        )
    return size


def _describe(job: Job, data: pipeline.Data, total: int) -> None:
    """Writes `search.json`; of an earlier start's only the number of trials may be another."""
    images = {
        "version": data.spec.name,
        "image_shape": list(data.image_shape),
        "train_images": data.train.num_images,
        "validation_images": data.validation.num_images,
    }
    if job.folder.description.exists():
        description = files.read_json(job.folder.description)
        checks.require_same(job.folder, images, description["settings"].get("data", {}))
    else:
        made_with = environment.describe(job.command)
        files.write_json(RunDir(job.folder.path).environment, made_with)
        description = _description(job, data, images)
    files.write_json(job.folder.description, description | {"max_trials": total})


def _description(job: Job, data: pipeline.Data, images: dict[str, Any]) -> dict[str, Any]:
    """What a search is, ready for JSON."""
    settings = checks.settings(job.search, job.candidates) | {"data": images}
    size, exact = job.candidates.size
    space, seed = job.candidates.space, job.candidates.base.training.seed
    return {
        "kerasae": kerasae.__version__,
        "fingerprint": checks.fingerprint(settings),
        "command": job.command,
        "settings": settings,
        "space": {
            "name": space.name,
            "size": size,
            "size_is_exact": exact,
            "dimensions": [dimension.describe() for dimension in space.dimensions],
        },
        "tuner": job.search.tuner,
        "objectives": [
            {"name": name, "column": name, "direction": known.direction, "unit": known.unit}
            for name, known in ((name, KNOWN[name]) for name in job.search.objective)
        ],
        "seed": seed,
        "oracle_seed": seed + ORACLE_SEED_OFFSET,
        "published": published_architectures.describe(job.candidates, data.image_shape),
    }


def _publisher(job: Job) -> Callable[[list[Outcome]], None]:
    """Writes what changes with each trial; pictures and page as often as they cost little time."""
    hparams_log.write_space(job.folder, job.candidates.space)
    due = time.monotonic() + SECONDS_UNDRAWN

    def publish(outcomes: list[Outcome]) -> None:
        nonlocal due
        tables.write(job.folder, job.candidates, job.search.objective, outcomes)
        for outcome in record.latest(outcomes):
            path = job.folder.tensorboard / outcome.trial_id
            if outcome is outcomes[-1] or not path.exists():
                hparams_log.write_trial(job.folder, outcome)
        began = time.monotonic()
        if began >= due:
            _report_on(job.folder)
            ended = time.monotonic()
            due = ended + (ended - began) / SHARE_OF_DRAWING

    return publish
