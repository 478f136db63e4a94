"""A run beside the experiment that its page tells: its facts, and every setting that differs."""

from typing import Any

from kerasae import files
from kerasae.cli_flags import duration
from kerasae.config import shown
from kerasae.data.dataset_name import DatasetName
from kerasae.reporting.story import by_flag, of_run
from kerasae.run_dir import RunDir
from kerasae.tables import Table

# By their names in `config.json`, as they are called on the page.
FACTS = {
    "dataset": "dataset",
    "classes": "classes",
    "train_images": "training images",
    "image_shape": "image",
}
NO_DIFFERENCE = "none of what the source tells"


def overview(run: RunDir) -> Table:
    """What the run is, with what the source tells of the same."""
    config, metrics = files.read_record(run.config, "settings"), files.read_json(run.metrics)
    told = of_run(config["settings"])
    theirs = _texts(told.published) | {"epochs": told.published_settings.get("epochs")}
    ours = _texts(config)
    rows = (
        ("dataset", theirs.get("dataset"), config["dataset"]["name"]),
        ("classes", theirs.get("classes"), ours["classes"]),
        ("training images", theirs.get("train_images"), ours["train_images"]),
        ("test images", None, config["test_images"]),
        ("image", theirs.get("image_shape"), ours["image_shape"]),
        ("parameters", None, metrics["parameters"]),
        ("multiply-adds an image", None, metrics.get("multiply_adds")),
        ("code", None, metrics["code_size"]),
        ("epochs", theirs["epochs"], metrics["epochs"]),
        ("training time", theirs.get("training_time"), duration(metrics["train_seconds"])),
        ("share of the time spent waiting for data", None, metrics["input_wait_fraction"]),
    )
    if told.published:
        return Table("The run", ("", "published", "ours"), rows)
    return Table("The run", ("", ""), tuple((title, value) for title, _, value in rows))


def differences(run: RunDir) -> Table:
    """Every fact and setting that the source tells and the run has otherwise."""
    config = files.read_record(run.config, "settings", *FACTS)
    told = of_run(config["settings"])
    theirs = _texts({name: told.published[name] for name in FACTS if name in told.published})
    ours = _texts(config)
    ours["dataset"] = config["settings"]["data"]["dataset"]
    rows = [
        (FACTS[name], value, ours[name])
        for name, value in theirs.items()
        if value != (DatasetName.parse(ours[name]).title if name == "dataset" else ours[name])
    ]
    flags = by_flag(config["settings"])
    rows += [
        (f"--{flag}", shown(value), shown(flags[flag]))
        for flag, value in told.published_settings.items()
        if flag in flags and flags[flag] != value
    ]
    title = "What differs from the published experiment in this run"
    return Table(title, ("", "published", "here"), tuple(rows) or ((NO_DIFFERENCE, None, None),))


def _texts(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as they are shown."""
    texts = dict(facts)
    if "classes" in facts:
        texts["classes"] = ", ".join(facts["classes"] or ()) or "no labels"
    if "image_shape" in facts:
        texts["image_shape"] = "x".join(map(str, facts["image_shape"]))
    return texts
