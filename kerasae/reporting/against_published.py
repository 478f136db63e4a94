"""A run beside the experiment that it repeats: its facts, and every setting that differs."""

from typing import Any

from kerasae import names
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record
from kerasae.runs.record import RunRecord
from kerasae.runs.settings import by_flag
from kerasae.tables import Table
from kerasae.wording import duration, shown

# By their names in `config.json` and in an `Experiment`, as they are called on the page.
FACTS = {"classes": "classes", "train_images": "training images", "image_shape": "image"}
NO_DIFFERENCE = "none of what the source states"


def overview(run: RunDir) -> Table:
    """Facts of the run, with what the source states of the same."""
    recorded, reached = record.read(run), metrics.read(run)
    known = experiments.matching(recorded.settings)
    theirs, ours = _published(known) if known else {}, _texts(_facts(recorded))
    rows = (
        ("dataset", theirs.get("dataset"), recorded.dataset.name),
        ("classes", theirs.get("classes"), ours["classes"]),
        ("training images", theirs.get("train_images"), ours["train_images"]),
        ("test images", None, recorded.test_images),
        ("image", theirs.get("image_shape"), ours["image_shape"]),
        ("parameters", None, reached.parameters),
        (names.title("multiply_adds"), None, reached.multiply_adds),
        (names.title("code_size"), None, reached.code_size),
        ("epochs", theirs.get("epochs"), reached.epochs),
        ("training time", theirs.get("training_time"), duration(reached.train_seconds)),
        ("share of the time spent waiting for data", None, reached.input_wait_fraction),
    )
    if known:
        return Table("The run", ("", "published", "ours"), rows, by_row=True)
    plain = tuple((title, value) for title, _, value in rows)
    return Table("The run", ("", ""), plain, by_row=True)


def differences(run: RunDir) -> Table:
    """Every fact and setting that the source states and the run has otherwise."""
    recorded = record.read(run)
    known = experiments.matching(recorded.settings)
    rows = _differences(known, recorded) if known else []
    title = "What differs from the published experiment in this run"
    rows = tuple(rows) or ((NO_DIFFERENCE, None, None),)
    return Table(title, ("", "published", "here"), rows, by_row=True)


def _differences(known: Experiment, recorded: RunRecord) -> list[tuple]:
    """Rows of facts, then of settings."""
    theirs, ours = _published(known), _texts(_facts(recorded))
    flags = by_flag(recorded.settings)
    own = known.is_own(flags["dataset"])
    rows = [] if own else [("dataset", theirs["dataset"], flags["dataset"])]
    rows += [
        (title, theirs[name], ours[name])
        for name, title in FACTS.items()
        if theirs[name] != ours[name]
    ]
    rows += [
        (f"--{flag}", shown(known.settings[flag]), shown(flags[flag]))
        for flag in known.stated
        if flag in flags and flags[flag] != known.settings[flag]
    ]
    return rows


def _published(known: Experiment) -> dict[str, Any]:
    """Data and training as the source states them, for a table."""
    stated = {flag: known.settings[flag] for flag in known.stated}
    return {
        "dataset": known.settings["dataset"],
        "epochs": stated.get("epochs"),
        "training_time": known.training_time,
        **_texts(_facts(known)),
    }


def _facts(source: Experiment | RunRecord) -> dict[str, Any]:
    return {name: getattr(source, name) for name in FACTS}


def _texts(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are shown."""
    return {
        **facts,
        "classes": ", ".join(facts["classes"] or ()) or "no labels",
        "image_shape": "×".join(map(str, facts["image_shape"])),
    }
