"""Runs a whole published experiment: python -m kerasae.reproduce --experiment=cognition"""

import shlex
import sys
from pathlib import Path
from typing import Literal

from kerasae import cli_flags
from kerasae.config import require, require_seeds
from kerasae.data.dataset_name import DatasetName
from kerasae.published import experiments
from kerasae.run_dir import RunDir
from kerasae.runs import checks, seeds
from kerasae.runs.guard import require_trainable

USAGE = """Trains a published experiment, reads its code out, tries it on another dataset, measures,
draws and ends with one page of all results. The same command again goes on where it was.

  python -m kerasae.reproduce --experiment=cognition --run_dir=runs/cognition
  python -m kerasae.reproduce --experiment=ones_and_eights --dataset=digits
"""
OVERRIDES = ("dataset", "data_dir", "epochs", "max_examples")


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.reproduce`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Experiment", "experiment", Literal[experiments.names()], None, "which experiment")
    line.add(
        "Experiment", "seeds", tuple[int, ...], (0,), "one whole experiment a seed; with several, "
        "each in a folder seed-N, and a table with mean and spread",
    )  # fmt: skip
    line.add(
        "Experiment",
        "run_dir",
        str | None,
        None,
        "folder for everything",
        "runs/EXPERIMENT or runs/EXPERIMENT-DATASET",
    )
    line.add("Overrides", "dataset", str | None, None, "another dataset; digits needs no download")
    line.add("Overrides", "data_dir", str | None, None, "folder of TFDS datasets")
    line.add("Overrides", "epochs", int | None, None, "another number of epochs")
    line.add("Overrides", "max_examples", int | None, None, "train on fewer images")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Runs the experiment, once a seed."""
    value = {name: line[name] for name in line.values}
    name, wanted = value["experiment"], value["seeds"]
    require(
        name is not None,
        f"--experiment must be one of {', '.join(experiments.names())}.",
        experiment=name,
    )
    require_seeds("seeds", wanted)
    overrides = {flag: value[flag] for flag in OVERRIDES}
    dataset = f"-{DatasetName.parse(value['dataset']).path_part}" if value["dataset"] else ""
    top = Path(value["run_dir"] or f"runs/{name}{dataset}")
    runs = {seed: RunDir(seeds.folder(top, seed) if wanted[1:] else top) for seed in wanted}
    configs = {seed: experiments.load(name).config(seed, overrides) for seed in wanted}
    for seed, config in configs.items():
        checks.check_image_size(config)
        require_trainable(runs[seed], config, resume=True)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.reproduce import reproduce

    command = ["python", "-m", "kerasae.reproduce", *sys.argv[1:]]
    for seed, config in configs.items():
        with cli_flags.resumable(runs[seed].path, shlex.join(command)):
            page = reproduce(runs[seed], config, command)
        print(page)
    if wanted[1:]:
        from kerasae.reporting import comparison

        table = comparison.rows({name: list(runs.values())})
        print(comparison.write(table, top), end="")


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
