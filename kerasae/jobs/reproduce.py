"""A whole experiment: train, read out, transfer, measure, draw, report; each part goes on."""

import sys
from pathlib import Path

from kerasae import files, names
from kerasae.config import DataConfig, RunConfig, require
from kerasae.jobs import evaluate, report
from kerasae.jobs.readout import Wish, read_out_run
from kerasae.jobs.train import train_run
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.readouts import label_efficiency, results
from kerasae.reporting import page
from kerasae.run_dir import RunDir, file_name
from kerasae.runs import checks, open_run


def reproduce(config: RunConfig, run: RunDir, command: list[str], again: str) -> Path:
    """Does what isn't done yet.

    Args:
        config: Settings of the experiment.
        run: Its directory; may hold an earlier, unfinished try of the same settings.
        command: The command line, for the record.
        again: What to type to go on, for messages.

    Returns:
        Path of the report.

    Raises:
        ConfigError: where the directory holds a run of other settings, or the
            settings are of no published experiment.
    """
    experiment = experiments.matching(checks.settings(config))
    require(
        experiment is not None, "The model must be a published experiment's.", model=config.model
    )
    checks.check_run_dir(run, config, resume=True)
    _title("training")
    train_run(config, run, command, again)
    own = config.data.dataset
    # Beside another dataset than the experiment's own it isn't known what to try.
    transfer = experiment.transfer_dataset if experiment.is_own(own) else None
    if len(files.read_json(run.config)["classes"] or ()) < 2:
        print(f"{own} has no labels to read out", file=sys.stderr)
    else:
        _title(f"readouts on {own}")
        _read_out(run, config, own, experiment)
    if transfer:
        _title(f"transfer to {transfer}")
        _read_out(run, config, transfer, experiment)
    _title("measures")
    wish = evaluate.Wish(
        heads=experiment.heads,
        other_dataset=transfer,
        seed=config.training.seed,
        data_dir=config.data.data_dir,
        download=config.data.download,
    )
    evaluate.evaluate(run, wish)
    _title("figures and report")
    for path in report.draw(run, None, config.data.data_dir):
        print(path, file=sys.stderr)
    with run.locked():
        return page.write(run)


def _read_out(run: RunDir, config: RunConfig, dataset: str, experiment: Experiment) -> None:
    """Heads, baselines and the label curve, as far as they aren't there yet as they should be."""
    folder, seed = run.readouts / file_name(dataset), config.training.seed
    counts = experiment.labels_per_class
    data = DataConfig(dataset=dataset, data_dir=config.data.data_dir, download=config.data.download)

    def is_there(name: str) -> bool:
        expected = open_run.with_own_choices(config.data, data)
        return results.is_of(folder / f"{name}.json", expected, seed)

    wish = Wish(
        data=data,
        resize=True,
        heads=tuple(head for head in experiment.heads if not is_there(head)),
        layer=names.CODE,
        seed=seed,
        baselines=not is_there("baselines"),
        full=False,
        labels_per_class=() if _has_curve(folder, counts) else counts,
    )
    if wish.heads or wish.baselines or wish.labels_per_class:
        read_out_run(run, wish)


def _has_curve(folder: Path, expected: tuple[str, ...]) -> bool:
    """Whether the label curve is there, of the numbers of labels that it should have."""
    path = folder / label_efficiency.FILE
    counts = [row[label_efficiency.LABELS] for row in files.read_csv(path)] if path.exists() else ()
    return set(counts) == set(expected)


def _title(part: str) -> None:
    print(f"— {part}", file=sys.stderr)
