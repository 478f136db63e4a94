"""Writes the directory of a search that never ran, through the code that writes it in life.

The error follows a formula in which the learning rate dominates, the code's size
matters a little, and the batch size, the tying and the activation do nothing.
"""

import json
import math
from pathlib import Path

import numpy as np

import kerasae
from kerasae import journal, records
from kerasae.data.config import DataConfig
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.reporting import search_confirmation
from kerasae.reporting.search_confirmation import ConfirmationTable
from kerasae.run_config import RunConfig, TrainingConfig
from kerasae.training import history
from kerasae.tuning import description, tables
from kerasae.tuning.description import Description, PublishedArchitecture
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import ERRORS, SIZES
from kerasae.tuning.open_search import open_search
from kerasae.tuning.record import (
    COMPLETED,
    FAILED,
    REJECTED,
    STOPPED_EARLY,
    Proposed,
    Record,
    Trial,
)
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.space import Space

DOMINATING, NOTHING = "learning_rate", "batch_size"
PUBLISHED = "Cognition Computation"
ERROR, ACCURACY = ERRORS.values()
PARAMETERS, MULTIPLY_ADDS, CODE = SIZES.values()
PARETO = (ERROR, PARAMETERS, MULTIPLY_ADDS, CODE)
REASONS = {
    COMPLETED: "",
    STOPPED_EARLY: "error 0.0213 after epoch 3 above the median 0.0151",
    REJECTED: "212,345 parameters > --max_parameters=200000",
    FAILED: "diverged: the loss became <nan> in epoch 2",
}


def choice(name, *values, when=()):
    return Dimension(name, "choice", values, when=when)


def boolean(name):
    return Dimension(name, "bool", (False, True))


DIMENSIONS = (
    choice("stages", 1, 2, 3),
    choice("model.filters[0]", 8, 16, 32, 64),
    choice("model.filters[1]", 4, 8, 16, when=(("stages", (2, 3)),)),
    choice("model.filters[2]", 2, 4, when=(("stages", (3,)),)),
    Dimension("model.latent_dim", "int", low=8, high=64, log=True),
    Dimension("model.dense_sizes[0]", "int", low=40, high=160, step=8),
    choice("model.decoder_dense_activation", "relu", "leaky_relu", "elu", "gelu"),
    boolean("model.tied"),
    Dimension("learning_rate", "float", low=1e-4, high=3e-2, log=True),
    choice("batch_size", 32, 64, 100, 128),
)


def write(
    folder: Path,
    trials: int = 60,
    objectives=(ERROR,),
    statuses: tuple[float, ...] = (0.7, 0.15, 0.08, 0.07),
    confirmed: bool = False,
    dimensions=DIMENSIONS,
    seed: int = 0,
    **changes,
) -> Path:
    """Writes what a search leaves, and `confirm.csv` where asked.

    Args:
        folder: Where; made.
        trials: How many have ended.
        objectives: Of the search.
        statuses: Probabilities of completed, stopped early, rejected, failed.
        confirmed: Whether the best were retrained.
        dimensions: Of the space.
        seed: Of the generator of trials.
        **changes: Other fields of the description.
    """
    generator = np.random.default_rng(seed)
    made = [trial(number, generator, dimensions, objectives, statuses) for number in range(trials)]
    return write_trials(folder, made, objectives, dimensions, confirmed=confirmed, **changes)


def write_trials(folder, made, objectives, dimensions=DIMENSIONS, confirmed=False, **changes):
    """Writes a search of these trials."""
    directory = SearchDir(folder)
    described = {
        "kerasae": kerasae.__version__,
        "command": ["python", "-m", "kerasae.search", f"--out={folder}", "--tuner=bayesian"],
        "settings": {
            "--dataset": "mnist",
            "--learning_rate": 0.987,
            "[learning_rate]": {"kind": "float", "low": 1e-4},
            "--optimizer": "adam",
            "--max_parameters": 200000,
        },
        "images": {"version": "mnist/3.0.1", "train_images": 8000},
        "space": Space("pooled", tuple(dimensions)),
        "size": None,
        "size_is_exact": True,
        "tuner": "bayesian",
        "objectives": tuple(objectives),
        "max_trials": 200,
        "workers": 1,
        "seed": 3,
        "oracle_seed": 4,
        "published": (
            PublishedArchitecture(PUBLISHED, {"model.latent_dim": 49}, 141426, 1210624, 49),
        ),
    }
    description.write(directory.description, Description(**described | changes))
    write_record(directory.record, made)
    for one in made:
        _write_history(directory, one)
    search = open_search(folder)
    run = RunConfig(
        DataConfig(), TrainingConfig(), "pooled", pooled.Config(),
        "reconstruction", reconstruction.Config(),
    )  # fmt: skip
    tables.write(search, lambda values: run)
    if confirmed:
        _confirm(directory, search.ranked[0])
    return folder


def write_record(path, made):
    """Writes trials as a search of one after the other does."""
    recorded = Record(path)
    for number, one in enumerate(made, start=len(recorded.events)):
        recorded.propose(Proposed(number, one.trial_id, one.values, one.epochs))
        recorded.end(number, one)


def trial(number, generator, dimensions, objectives, statuses):
    """One trial, with numbers by the formula."""
    values = {}
    for dimension in dimensions:
        value = _value(dimension, generator)
        if dimension.is_active(values):
            values[dimension.name] = value
    status = str(generator.choice(list(REASONS), p=statuses))
    numbers = _sizes(values)
    rate = values.get("learning_rate", 3e-3)
    error = (
        -2.25 + 0.5 * (math.log10(rate) + 2.4) ** 2 - 0.3 * math.log10(numbers["code_size"] / 49)
    )
    error += generator.normal(0, 0.03) + (0.15 if status == STOPPED_EARLY else 0)
    if status in (COMPLETED, STOPPED_EARLY):
        numbers[ERROR.name] = float(10**error)
        if ACCURACY in objectives:
            numbers[ACCURACY.name] = float(0.95 - 4 * 10**error)
    epochs = {COMPLETED: 5, STOPPED_EARLY: 3}.get(status, 0)
    errors = tuple(numbers[ERROR.name] * (epochs - done) for done in range(epochs))
    return Trial(
        f"{number:04}", values, status, REASONS[status], epochs, 2.5 * epochs, numbers, errors
    )


def _write_history(directory, one):
    """The errors of a trial, in the file that its training leaves."""
    if one.errors:
        run = directory.trial(one.trial_id)
        rows = [history.row(n, 0.1, 0.1, e, 2.5, 100) for n, e in enumerate(one.errors, start=1)]
        history.write(run, rows)


def _value(dimension, generator):
    """One value along a dimension, a number of Python's own."""
    if dimension.values is not None:
        return dimension.values[generator.integers(len(dimension.values))]
    low, high = dimension.low, dimension.high
    if dimension.log:
        low, high = math.log(low), math.log(high)
    value = generator.uniform(low, high)
    value = math.exp(value) if dimension.log else value
    return round(value) if dimension.kind == "int" else value


def _sizes(values):
    """Sizes that grow with filters and code, as a network's do."""
    filters = [v for name, v in values.items() if name.startswith("model.filters")] or [16]
    code, dense = values.get("model.latent_dim", 32), values.get("model.dense_sizes[0]", 80)
    last = (28 >> len(filters)) ** 2 * filters[-1]
    weights = 2 * dense * (last + code) + sum(9 * f * 8 for f in filters)
    return {PARAMETERS.name: weights, MULTIPLY_ADDS.name: weights + 784 * 90 * filters[0],
            CODE.name: code}  # fmt: skip


def _confirm(directory, best):
    """`confirm.csv` with the best trial and the published architecture."""
    sizes = {PARAMETERS.name: 141426, MULTIPLY_ADDS.name: 1210624, CODE.name: 49}
    table = ConfirmationTable(directory)
    for name, error in ((f"trial {best.trial_id}", best.numbers[ERROR.name]), (PUBLISHED, 0.0065)):
        measured = [
            {**sizes, "test_mse_per_pixel": error * (1 + seed / 50),
             "linear_accuracy": 0.9 + seed / 100, "ffn_accuracy": 0.91}
            for seed in range(3)
        ]  # fmt: skip
        validated = {ERROR.name: error, ACCURACY.name: 0.9}
        table.add(search_confirmation.row(name, (0, 1, 2), validated, measured))
    table.finish()


def change_trials(folder: Path, change) -> None:
    """Damages a record knowingly: `change` gets each outcome and its number, and changes it."""
    path = SearchDir(folder).record
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.unlink()
    written = journal.Journal(path, dict)
    for line in lines:
        del line[records.DIGEST]
        if ended := line["ended"]:
            change(ended["number"], ended["trial"])
        written.append(line)


def change_json(path: Path, change) -> None:
    """Damages a record knowingly: `change` gets its content and changes it in place."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    sealed = {name: value for name, value in content.items() if name != records.DIGEST}
    path.write_text(json.dumps(sealed | {records.DIGEST: records.digest(sealed)}), "utf-8")
