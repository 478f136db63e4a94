"""Trains readouts on a frozen encoder: python -m kerasae.readout --run_dir=… --heads=linear,ffn"""

import dataclasses
from pathlib import Path

from kerasae import cli_flags, registry, run_flags
from kerasae.config import require, require_known
from kerasae.jobs import checks, seeds
from kerasae.run_dir import file_name

USAGE = """Trains small classifiers on the codes of a frozen encoder and tells what they get right.
With a folder of several seeds (from kerasae.train --seeds), does so for each and writes a
table with mean and spread.

  python -m kerasae.readout --run_dir=runs/cognition --heads=linear,ffn
  python -m kerasae.readout --run_dir=runs/cognition --dataset=fashion_mnist
"""
HEADS = "kerasae.readouts.heads"
ALL_LABELS = "all"


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.readout`."""
    line = cli_flags.CommandLine(USAGE)
    known = ", ".join(registry.names(HEADS))
    line.add("Run", "run_dir", str | None, None, "a finished run, or a folder of several seeds")
    line.add("Readout", "heads", tuple[str, ...], ("linear", "ffn"), f"which heads: {known}")
    line.add(
        "Readout", "layer", str, "code", "encoder layer to read; all gives accuracy layer by layer"
    )
    line.add("Readout", "seed", int, 0, "draws initial weights, held-out codes and labels")
    line.add(
        "Readout",
        "labels_per_class",
        tuple[str, ...],
        (),
        "also draw accuracy against the number of labels, by ridge: 1,3,10,30,100,all",
    )
    line.add(
        "Baselines",
        "baselines",
        bool,
        True,
        "also read out pixels, PCA, an untrained encoder and one trained with labels",
    )
    line.add(
        "Baselines", "full", bool, False, "read the baselines out with all of --heads, not with "
        "linear and ridge only",
    )  # fmt: skip
    run_flags.define_applied_data(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads out one run, or one a seed."""
    value = {name: line.values[name].value for name in line.values}
    require(value["run_dir"] is not None, "--run_dir must be given.", run_dir=value["run_dir"])
    require(bool(value["heads"]), "--heads must name at least one.", heads=value["heads"])
    for head in value["heads"]:
        require_known("--heads", head, registry.names(HEADS))
    _check_numbers(value["seed"], value["labels_per_class"])
    top = Path(value["run_dir"])
    runs = seeds.runs_in(top)
    for run in runs.values():
        checks.check_finished(run)

    own = checks.config_of(next(iter(runs.values()))).data.dataset
    data = run_flags.read_applied_data(line, own)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.readout_job import Wish, read_out_run

    wish = Wish(
        data=data,
        **{field.name: value[field.name] for field in dataclasses.fields(Wish)[1:]},
    )
    accuracies = {seed: read_out_run(run, wish) for seed, run in runs.items()}
    if None in accuracies:
        return
    columns = tuple(next(iter(accuracies.values())))
    stem = top / f"readouts-{file_name(wish.data.dataset)}"
    print(seeds.write_table(stem, columns, accuracies), end="")


def _check_numbers(seed: int, labels_per_class: tuple[str, ...]) -> None:
    """Raises ConfigError for a seed or numbers of labels that can't be."""
    require(0 <= seed < 2**31, "--seed must be 0 or more, below 2147483648.", seed=seed)
    require(
        all(
            count == ALL_LABELS or (count.isdecimal() and int(count) >= 1)
            for count in labels_per_class
        ),
        "--labels_per_class must be positive numbers or all, as in 1,3,10,30,100,all.",
        labels_per_class=labels_per_class,
    )


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
