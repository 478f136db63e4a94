"""Trains readouts on a frozen encoder: python -m kerasae.readout --run_dir=… --heads=linear,ffn"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.data import sources
from kerasae.readouts.config import HEADS, ReadoutConfig
from kerasae.runs import checks, seeds, settings
from kerasae.runs.guard import require_finished

LABELS = "labels"
USAGE = """Trains small classifiers on the codes of a frozen encoder and shows what they get right.
With a folder of several seeds (from kerasae.train --seeds), does so for each and writes a
table with mean and spread.

  python -m kerasae.readout --run_dir=runs/cognition --heads=linear,ffn
  python -m kerasae.readout --run_dir=runs/cognition --heads=ffn --ffn.hidden=256
  python -m kerasae.readout --run_dir=runs/cognition --dataset=fashion_mnist
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.readout`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path("Run", "run_dir", None, "a finished run, or a folder of several seeds")
    line.add_dataclass("Readout", ReadoutConfig)
    line.explain("dataset", sources.help_text())
    line.add_plugins(HEADS)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Reads out one run, or one a seed."""
    line.require("run_dir")
    config = line.make(ReadoutConfig, head_configs=line.make_plugin_configs(HEADS.flag))
    top = Path(line["run_dir"])
    runs = seeds.runs_in(top)
    for run in runs.values():
        require_finished(run)
        checks.check_applied(config.data, settings.read(run).data)
    seeds.check_alike(runs)

    cli.import_tensorflow_quietly()
    from kerasae.jobs.readout import readout

    by_seed = {}
    for seed, run in runs.items():
        by_seed[seed] = readout(run, config)
        if seed is None:
            _show(by_seed[seed].accuracies)
            return
    first = next(iter(by_seed.values()))
    columns = (LABELS, *first.accuracies)
    rows = {seed: {LABELS: one.labels, **one.accuracies} for seed, one in by_seed.items()}
    print(seeds.write_table(top / first.table_name(config), columns, rows), end="")


def _show(accuracies: dict[str, float]) -> None:
    for title, accuracy in accuracies.items():
        print(f"{title:32s} {accuracy:.4f}")


if __name__ == "__main__":
    cli.run(command_line(), main)
