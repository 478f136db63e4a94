"""Proves what a search found: its best and the published architecture, over seeds, on the test.

All of them are trained on all training images, as the published experiments
were: nothing is chosen any more, so nothing has to be held out, and the
numbers stand beside the published ones. The test images are looked at here for
the first time, once, after the last epoch of each run.

The published architectures are also trained as a trial is, on the search's own
split and seed, for their place among the trials.
"""

import dataclasses
import sys
from collections.abc import Iterator
from typing import Any

from kerasae import files, tables
from kerasae.config import RunConfig, RunError
from kerasae.data import pipeline
from kerasae.data.dataset_name import DatasetName
from kerasae.jobs.readout import readout
from kerasae.jobs.search import Job, search_trainer
from kerasae.jobs.train import train
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.results import ACCURACY
from kerasae.reporting import search_report
from kerasae.run_dir import RunDir
from kerasae.runs import seeds
from kerasae.tuning import published_architectures, ranking
from kerasae.tuning.objectives import SIZES, VAL_ACCURACY, VAL_MSE
from kerasae.tuning.oracle import Proposal
from kerasae.tuning.record import COMPLETED, Outcome
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import LIMITS

TEST_MSE = "test_mse_per_pixel"
VALIDATED = (VAL_MSE, VAL_ACCURACY)
HEADS = ("linear", "ffn")
MEASURED = (TEST_MSE, *(f"{head}_accuracy" for head in HEADS))
COLUMNS = [
    "architecture", "seeds", *SIZES, *VALIDATED,
    *(f"{name}_{kind}" for name in MEASURED for kind in ("mean", "std")),
]  # fmt: skip


def confirm(job: Job, outcomes: list[Outcome], count: int, wanted: tuple[int, ...]) -> str:
    """Trains, measures and reads out what isn't yet; writes `confirm.csv`.

    Args:
        job: The search.
        outcomes: Its outcomes. With several objectives the first of the Pareto
            front are confirmed, by the first objective.
        count: How many of the best trials to confirm.
        wanted: Seeds.

    Returns:
        The table as Markdown.
    """
    best = ranking.ranked(outcomes, job.search.objective)[:count]
    if len(best) < count:
        print(f"only {len(best)} of {count} trials can be confirmed", file=sys.stderr)
    with RunDir(job.folder.path).locked():
        table = job.folder.confirm_table
        # What was confirmed before stays in the table until it is confirmed again, or all is.
        earlier = (
            {row["architecture"]: row for row in files.read_csv(table)} if table.exists() else {}
        )
        rows = []
        for architecture, config, validated in _architectures(job, best):
            measured = [_run(job, architecture, config, seed) for seed in wanted]
            rows.append(_row(architecture, wanted, validated, measured))
            earlier.pop(architecture, None)
            files.write_csv(table, COLUMNS, [*rows, *earlier.values()])
        files.write_csv(table, COLUMNS, rows)
        search_report.write(job.folder.path)
    return _markdown(rows)


def _architectures(
    job: Job, best: list[Outcome]
) -> Iterator[tuple[str, RunConfig, dict[str, float]]]:
    """Title, settings and validation numbers of the best, then of the published architectures."""
    for outcome in best:
        yield f"trial {outcome.trial_id}", job.candidates.config(outcome.values), outcome.numbers
    base = job.candidates.base
    source = pipeline.open_source(base.data)
    size = pipeline.image_shape(source.spec, base.data)[:2]
    known = published_architectures.configs(base, size)
    data = pipeline.load(source, base.data, base.training.seed) if known else None
    for title, config in known.items():
        yield title, config, _as_a_trial(job, title, config, data)


def _as_a_trial(job: Job, title: str, config: RunConfig, data: pipeline.Data) -> dict[str, float]:
    """Numbers of a published architecture on the search's own split, with its own seed."""
    anything = dataclasses.replace(job.search, median_stopping=False, **dict.fromkeys(LIMITS))
    trainer = search_trainer(
        dataclasses.replace(job, search=anything, folder=SearchDir(job.folder.confirm)), data
    )
    print(f"validating {title}", file=sys.stderr)
    outcome, unforeseen = trainer.train(
        Proposal(_slug(title), {}, config, config.training.epochs, None), []
    )
    if outcome.status != COMPLETED:
        raise RunError(f"{title} can't be trained: {outcome.reason}") from unforeseen
    return outcome.numbers


def _run(job: Job, architecture: str, config: RunConfig, seed: int) -> dict[str, Any]:
    """Numbers of one seed; what was finished before is read, not made again."""
    config = dataclasses.replace(
        config,
        data=dataclasses.replace(config.data, validation_fraction=0.0),
        training=dataclasses.replace(config.training, seed=seed, early_stopping=0),
    )
    run = RunDir(seeds.folder(job.folder.confirm / _slug(architecture), seed))
    print(f"confirming {architecture}, seed {seed}", file=sys.stderr)
    metrics = train(run, config, job.command, resume=True)
    accuracies = _read_out(run, config, seed) if _has_labels(run) else {}
    return {**{name: metrics[name] for name in (*SIZES, TEST_MSE)}, **accuracies}


def _slug(architecture: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in architecture.lower()).strip("-")


def _has_labels(run: RunDir) -> bool:
    return len(files.read_json(run.config)["classes"] or ()) > 1


def _read_out(run: RunDir, config: RunConfig, seed: int) -> dict[str, float]:
    """Accuracy by column on the test images, from the files where they are there."""
    folder = run.readouts / DatasetName.parse(config.data.dataset).path_part
    missing = tuple(head for head in HEADS if not (folder / f"{head}.json").exists())
    if missing:
        readout(run, ReadoutConfig(heads=missing, seed=seed, baselines=False))
    return {
        f"{head}_accuracy": files.read_json(folder / f"{head}.json")[ACCURACY] for head in HEADS
    }


def _row(
    architecture: str, wanted: tuple[int, ...], validated: dict[str, float], measured: list[dict]
) -> dict[str, Any]:
    """Means, and standard deviations of a sample (n - 1) where there are two seeds or more."""
    row = {"architecture": architecture, "seeds": ",".join(map(str, wanted))}
    row |= {name: validated[name] for name in VALIDATED if name in validated}
    row |= {name: measured[0][name] for name in SIZES}
    for name in MEASURED:
        numbers = [one[name] for one in measured if name in one]
        for kind, number in zip(("mean", "std"), tables.mean_and_spread(numbers), strict=True):
            if number is not None:
                row[f"{name}_{kind}"] = number
    return row


def _markdown(rows: list[dict[str, Any]]) -> str:
    """The table for people: mean ± standard deviation."""
    shown = [name for name in MEASURED if any(f"{name}_mean" in row for row in rows)]
    lines = []
    for row in rows:
        cells = [row["architecture"], f"{row['parameters']:,}", str(row["code_size"])]
        for name in shown:
            spread = f" ± {row[f'{name}_std']:.5f}" if f"{name}_std" in row else ""
            cells.append(f"{row[f'{name}_mean']:.5f}{spread}")
        lines.append(cells)
    return tables.markdown(["architecture", "parameters", "code", *shown], lines)
