"""A whole experiment: train, read out, transfer, measure, draw, report; each part goes on."""

import sys
from pathlib import Path

from kerasae import files, names, published
from kerasae.config import DataConfig, RunConfig
from kerasae.jobs import evaluate, report
from kerasae.jobs.readout import Wish, read_out_run
from kerasae.jobs.train import train_run
from kerasae.readouts import label_efficiency, results
from kerasae.reporting import page
from kerasae.run_dir import RunDir, file_name
from kerasae.runs import checks, open_run

LABELS_PER_CLASS = ("1", "3", "10", "30", "100", "all")
# Where a frozen encoder is tried beside its own dataset.
TRANSFER = {"mnist": "fashion_mnist"}


def reproduce(config: RunConfig, run: RunDir, command: list[str]) -> Path:
    """Does what isn't done yet.

    Args:
        config: Settings of the experiment.
        run: Its directory; may hold an earlier, unfinished try of the same settings.
        command: The command line, for the record.

    Returns:
        Path of the report.

    Raises:
        ConfigError: where the directory holds a run of other settings.
    """
    checks.check_run_dir(run, config, resume=True)
    _title("training")
    train_run(config, run, command)
    own = config.data.dataset
    if len(files.read_json(run.config)["classes"] or ()) < 2:
        print(f"{own} has no labels to read out", file=sys.stderr)
    else:
        _title(f"readouts on {own}")
        _read_out(run, config, own)
    if own in TRANSFER:
        _title(f"transfer to {TRANSFER[own]}")
        _read_out(run, config, TRANSFER[own])
    _title("measures")
    wish = evaluate.Wish(
        heads=published.HEADS,
        other_dataset=TRANSFER.get(own),
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


def _read_out(run: RunDir, config: RunConfig, dataset: str) -> None:
    """Heads, baselines and the label curve, as far as they aren't there yet as they should be."""
    folder, seed = run.readouts / file_name(dataset), config.training.seed
    data = DataConfig(dataset=dataset, data_dir=config.data.data_dir, download=config.data.download)

    def is_there(name: str) -> bool:
        expected = open_run.with_own_choices(config.data, data)
        return results.is_of(folder / f"{name}.json", expected, seed)

    wish = Wish(
        data=data,
        resize=True,
        heads=tuple(head for head in published.HEADS if not is_there(head)),
        layer=names.CODE,
        seed=seed,
        baselines=not is_there("baselines"),
        full=False,
        labels_per_class=() if _has_curve(folder) else LABELS_PER_CLASS,
    )
    if wish.heads or wish.baselines or wish.labels_per_class:
        read_out_run(run, wish)


def _has_curve(folder: Path) -> bool:
    """Whether the label curve is there, of the numbers of labels that it should have."""
    path = folder / label_efficiency.FILE
    counts = [row[label_efficiency.LABELS] for row in files.read_csv(path)] if path.exists() else ()
    return set(counts) == set(LABELS_PER_CLASS)


def _title(part: str) -> None:
    print(f"— {part}", file=sys.stderr)
