"""Runs a whole published experiment: python -m kerasae.reproduce --experiment=cognition"""

import shlex
import sys
from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.data.dataset_name import DatasetName
from kerasae.published.config import ReproductionConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, seeds
from kerasae.runs.guard import require_trainable

USAGE = """Trains a published experiment, reads its code out, tries it on another dataset, measures,
draws and ends with one page of all results. The same command again goes on where it was.

  python -m kerasae.reproduce --experiment=cognition --run_dir=runs/cognition
  python -m kerasae.reproduce --experiment=ones_and_eights --dataset=digits
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.reproduce`."""
    line = cli_flags.CommandLine(USAGE)
    place = "runs/EXPERIMENT or runs/EXPERIMENT-DATASET"
    line.add_dataclass("Overrides", ReproductionConfig)
    line.add_path("Experiment", "run_dir", None, "folder for everything", place)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Runs the experiment, once a seed."""
    config = line.make(ReproductionConfig)
    name, several = config.experiment, len(config.seeds) > 1
    dataset = f"-{DatasetName.parse(config.dataset).path_part}" if config.dataset else ""
    top = Path(line["run_dir"] or f"runs/{name}{dataset}")
    runs = {seed: RunDir(seeds.folder(top, seed) if several else top) for seed in config.seeds}
    configs = config.runs()
    for seed, run in runs.items():
        checks.check_image_size(configs[seed])
        require_trainable(run, configs[seed], resume=True)

    cli.import_tensorflow_quietly()
    from kerasae.jobs.reproduce import reproduce

    command = ["python", "-m", "kerasae.reproduce", *sys.argv[1:]]
    for seed, run in runs.items():
        with cli.resumable(run.path, shlex.join(command)):
            page = reproduce(run, configs[seed], command)
        print(page)
    if several:
        from kerasae.reporting import comparison

        table = comparison.rows({name: list(runs.values())})
        print(comparison.write(table, top), end="")


if __name__ == "__main__":
    cli.run(command_line(), main)
