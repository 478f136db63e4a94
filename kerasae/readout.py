"""Trains readouts on a frozen encoder: python -m kerasae.readout --run_dir=… --heads=linear,ffn"""

import dataclasses
from pathlib import Path

from kerasae import cli_flags, run_flags
from kerasae.config import require
from kerasae.data.dataset_name import DatasetName
from kerasae.jobs import readout_flags
from kerasae.runs import checks, seeds

USAGE = """Trains small classifiers on the codes of a frozen encoder and tells what they get right.
With a folder of several seeds (from kerasae.train --seeds), does so for each and writes a
table with mean and spread.

  python -m kerasae.readout --run_dir=runs/cognition --heads=linear,ffn
  python -m kerasae.readout --run_dir=runs/cognition --dataset=fashion_mnist
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.readout`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "run_dir", str | None, None, "a finished run, or a folder of several seeds")
    readout_flags.define(line, (), "pixels, PCA, an untrained encoder and one trained with labels")
    line.add(
        "Readout", "layer", str, "code", "encoder layer to read; all gives accuracy layer by layer"
    )
    run_flags.define_applied_data(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads out one run, or one a seed."""
    value = {name: line.values[name].value for name in line.values}
    require(value["run_dir"] is not None, "--run_dir must be given.", run_dir=value["run_dir"])
    readout_flags.check(value)
    top = Path(value["run_dir"])
    runs = seeds.runs_in(top)
    for run in runs.values():
        checks.check_finished(run)
    seeds.check_alike(runs)

    own = checks.config_of(next(iter(runs.values()))).data.dataset
    data = run_flags.read_applied_data(line, own)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.readout import Wish, read_out_run

    wish = Wish(
        data=data,
        **{field.name: value[field.name] for field in dataclasses.fields(Wish)[1:]},
    )
    accuracies = {seed: read_out_run(run, wish) for seed, run in runs.items()}
    if None in accuracies:
        return
    columns = tuple(next(iter(accuracies.values())))
    stem = top / f"readouts-{DatasetName.parse(wish.data.dataset).path_part}"
    print(seeds.write_table(stem, columns, accuracies), end="")


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
