"""Tables of what `kerasae.evaluate` measured, with units; or the command that measures it."""

from collections.abc import Callable

from kerasae import files
from kerasae.cli_flags import command
from kerasae.run_dir import RunDir
from kerasae.tables import Table

EVALUATE = "evaluate"
NOISE = "Noise: level at which accuracy is half-way to chance"


def _summary(name: str, title: str) -> Callable[[RunDir], Table]:
    """A table of one measure's summary."""

    def make(run: RunDir) -> Table:
        path = run.evaluation / f"{name}.json"
        if not path.exists():
            return Table(title, missing=_made_by(run, name))
        measured = files.read_record(path, "summary", "units")
        rows = tuple(
            (key.replace("_", " "), value, measured["units"].get(key))
            for key, value in measured["summary"].items()
        )
        return Table(title, ("measure", "ours", "unit"), rows)

    return make


def _noise(run: RunDir) -> Table:
    """Thresholds: a row for each corruption, a column for each classifier."""
    path, fits = run.evaluation / "noise.json", run.evaluation / "noise-fits.csv"
    if not (path.exists() and fits.exists()):
        return Table(NOISE, missing=_made_by(run, "noise"))
    units = files.read_record(path, "settings.level units")["settings"]["level units"]
    thresholds: dict[str, dict[str, float | None]] = {}
    for row in files.read_csv(fits):
        level = float(row["threshold"]) if row["threshold"] else None
        thresholds.setdefault(row["corruption"], {})[row["classifier"]] = level
    classifiers = tuple(dict.fromkeys(name for row in thresholds.values() for name in row))
    rows = tuple(
        (kind.replace("_", " "), *(row.get(name) for name in classifiers), units.get(kind))
        for kind, row in thresholds.items()
    )
    return Table(NOISE, ("corruption", *classifiers, "unit"), rows)


def _made_by(run: RunDir, measure: str) -> str:
    return command(EVALUATE, f"--run_dir={run.path}", f"--measures={measure}")


TABLES: dict[str, Callable[[RunDir], Table]] = {
    "noise": _noise,
    "attack": _summary("attack", "Gradient-sign attack"),
    "clustering": _summary("clustering", "Agreement of clustered codes with the labels"),
    "anomaly": _summary("anomaly", "Telling strange images by their reconstruction error"),
    "leave_one_class_out": _summary(
        "leave_one_class_out", "Telling a class that was left out of training"
    ),
}
