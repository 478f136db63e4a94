"""Writes the directory of a search that never ran, as a search leaves it.

The error follows a formula in which the learning rate dominates, the code's size
matters a little, and the batch size, the tying and the activation do nothing.
"""

import math
from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.config import shown

DOMINATING, NOTHING = "learning_rate", "batch_size"
PUBLISHED = "Cognition Computation"
ERROR = {"name": "val_mse_per_pixel", "column": "val_mse_per_pixel", "direction": "min",
         "unit": "mean squared error per pixel"}  # fmt: skip
ACCURACY = {"name": "val_accuracy", "column": "val_accuracy", "direction": "max",
            "unit": "ridge on the frozen code"}  # fmt: skip
PARAMETERS = {"name": "parameters", "column": "parameters", "direction": "min", "unit": "weights"}
MULTIPLY_ADDS = {"name": "multiply_adds", "column": "multiply_adds", "direction": "min",
                 "unit": "an image"}  # fmt: skip
CODE = {"name": "code_size", "column": "code_size", "direction": "min", "unit": "numbers"}
PARETO = (ERROR, PARAMETERS, MULTIPLY_ADDS, CODE)
MEASURED = ("test_mse_per_pixel", "linear_accuracy", "ffn_accuracy")
REASONS = {
    "COMPLETED": "",
    "STOPPED_EARLY": "error 0.0213 after epoch 3 above the median 0.0151",
    "REJECTED": "212,345 parameters > --max_parameters=200000",
    "FAILED": "diverged: the loss became <nan> in epoch 2",
}


def dimension(name, kind, values=None, low=None, high=None, step=None, log=False, when=None):
    return {"name": name, "kind": kind, "values": values, "low": low, "high": high,
            "step": step, "log": log, "when": when}  # fmt: skip


DIMENSIONS = [
    dimension("stages", "choice", [1, 2, 3]),
    dimension("model.filters[0]", "choice", [8, 16, 32, 64]),
    dimension("model.filters[1]", "choice", [4, 8, 16], when={"stages": [2, 3]}),
    dimension("model.filters[2]", "choice", [2, 4], when={"stages": [3]}),
    dimension("model.latent_dim", "int", low=8, high=64, log=True),
    dimension("model.dense_sizes[0]", "int", low=40, high=160, step=8),
    dimension("model.decoder_dense_activation", "choice", ["relu", "leaky_relu", "elu", "gelu"]),
    dimension("model.tied", "bool"),
    dimension("learning_rate", "float", low=1e-4, high=3e-2, log=True),
    dimension("batch_size", "choice", [32, 64, 100, 128]),
]


def write(
    folder: Path,
    trials: int = 60,
    objectives: tuple[dict, ...] = (ERROR,),
    statuses: tuple[float, ...] = (0.7, 0.15, 0.08, 0.07),
    confirmed: bool = False,
    dimensions: list[dict] = DIMENSIONS,
    seed: int = 0,
) -> Path:
    """Writes `search.json`, `trials.csv`, flags, and `confirm.csv` where asked.

    Args:
        folder: Where; made.
        trials: How many have ended.
        objectives: Of `search.json`.
        statuses: Probabilities of completed, stopped early, rejected, failed.
        confirmed: Whether the best were retrained.
        dimensions: Of the space.
        seed: Draws the trials.
    """
    draw = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    files.write_json(folder / "search.json", plan(folder, dimensions, objectives))
    columns = [d["name"] for d in dimensions] + [o["column"] for o in objectives]
    columns += ["val_mse_per_pixel", "epochs", "parameters", "multiply_adds", "code_size"]
    columns = list(dict.fromkeys(["trial_id", *columns, "seconds", "status", "reason"]))
    rows = [trial(number, draw, dimensions, statuses, columns) for number in range(trials)]
    files.write_csv(folder / "trials.csv", columns, rows)
    ended = [row for row in rows if row["status"] == "COMPLETED"]
    if ended:
        best = min(ended, key=lambda row: row["val_mse_per_pixel"])
        text = f"# Trial {best['trial_id']}.\n--model=pooled\n--epochs=5\n"
        files.write_text(folder / "best.flags", text)
        if confirmed:
            _confirm(folder, best, draw)
    return folder


def plan(folder, dimensions, objectives):
    """The content of `search.json`."""
    return {
        "kerasae": "0.1.0",
        "fingerprint": "3f2a90c1",
        "command": ["python", "-m", "kerasae.search", f"--out={folder}", "--tuner=bayesian",
                    "--max_trials=200"],
        "settings": {
            "data": {"dataset": "mnist", "classes": [], "max_examples": 10000,
                     "validation_fraction": 0.2},
            "training": {"epochs": 5, "seed": 3},
            "--learning_rate": 0.987,
            "[learning_rate]": {"kind": "float", "low": 1e-4},
            "--optimizer": "adam",
            "constraints": {"max_parameters": 200000, "max_code": None},
        },
        "space": {"name": "pooled", "size": None, "dimensions": dimensions},
        "tuner": "bayesian",
        "objectives": list(objectives),
        "max_trials": 200,
        "seed": 3,
        "oracle_seed": 4,
        "published": [{"name": PUBLISHED, "parameters": 141426, "multiply_adds": 1210624,
                       "code_size": 49, "values": {"model.latent_dim": 49}}],
    }  # fmt: skip


def trial(number, draw, dimensions, statuses, columns):
    """One row of `trials.csv`."""
    values = {}
    for d in dimensions:
        values[d["name"]] = _value(d, draw)
        if d["when"] and any(values[key] not in allowed for key, allowed in d["when"].items()):
            values[d["name"]] = None
    status = str(draw.choice(list(REASONS), p=statuses))
    sizes = _sizes(values)
    rate = values.get("learning_rate") or 3e-3
    error = -2.25 + 0.5 * (math.log10(rate) + 2.4) ** 2 - 0.3 * math.log10(sizes["code_size"] / 49)
    error += draw.normal(0, 0.03) + (0.15 if status == "STOPPED_EARLY" else 0)
    row = {name: "" if v is None else shown(v) for name, v in values.items()} | {
        "trial_id": f"{number:04}", "status": status, "reason": REASONS[status], **sizes
    }  # fmt: skip
    if status in ("COMPLETED", "STOPPED_EARLY"):
        row |= {"val_mse_per_pixel": 10**error, "val_accuracy": 0.95 - 4 * 10**error,
                "epochs": 5 if status == "COMPLETED" else 3, "seconds": 12.5}  # fmt: skip
    return {name: row[name] for name in columns if name in row}


def _value(d, draw):
    """One draw along a dimension."""
    if d["kind"] == "bool":
        return bool(draw.integers(2))
    if d["values"]:
        return d["values"][draw.integers(len(d["values"]))]
    low, high = (math.log(d[end]) if d["log"] else d[end] for end in ("low", "high"))
    value = draw.uniform(low, high)
    value = math.exp(value) if d["log"] else value
    return round(value) if d["kind"] == "int" else value


def _sizes(values):
    """Sizes that grow with filters and code, as a network's do."""
    filters = [v for name, v in values.items() if name.startswith("model.filters") and v] or [16]
    code = values.get("model.latent_dim") or 32
    dense = values.get("model.dense_sizes[0]") or 80
    last = (28 >> len(filters)) ** 2 * filters[-1]
    weights = 2 * dense * (last + code) + sum(9 * f * 8 for f in filters)
    return {"parameters": weights, "multiply_adds": weights + 784 * 90 * filters[0],
            "code_size": code}  # fmt: skip


def _confirm(folder, best, draw):
    """`confirm.csv` with the best trial and the published architecture."""
    rows = []
    for name, error in ((f"trial {best['trial_id']}", best["val_mse_per_pixel"]),
                        (PUBLISHED, 0.0065)):  # fmt: skip
        row = {"architecture": name, "seeds": "0,1,2", "parameters": 141426,
               "multiply_adds": 1210624, "code_size": 49,
               "val_mse_per_pixel": error, "val_accuracy": 0.9}  # fmt: skip
        for column in MEASURED:
            mean = error if "mse" in column else 0.9
            row |= {f"{column}_mean": mean, f"{column}_std": abs(draw.normal(0, mean / 50))}
        rows.append(row)
    files.write_csv(folder / "confirm.csv", list(rows[0]), rows)
