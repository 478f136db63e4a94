"""Settings of `evaluate`, and the runs that it measures."""

from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.evaluation.config import EvaluationConfig, in_words_of_the_other
from kerasae.run_dir import RunDir
from kerasae.runs import checks, seeds, settings
from kerasae.runs.guard import require_finished


def define(line: CommandLine) -> None:
    """Adds the settings of `evaluate`."""
    line.add_path(
        "Run", "run_dir", None, "a finished run, or a folder of several seeds", required=True
    )
    line.add_dataclass("Measures", EvaluationConfig)


def plan(line: CommandLine) -> tuple[EvaluationConfig, dict[int | None, RunDir]]:
    """What to measure, and one run, without a seed, or one a seed, all of them finished.

    Raises:
        ConfigError: for settings that can't be, or a run that isn't finished.
    """
    config = line.make(EvaluationConfig)
    runs = seeds.runs_in(Path(line["run_dir"]))
    for run in runs.values():
        require_finished(run)
        own = settings.read(run).data
        checks.check_other_dataset(config.other_dataset, own.dataset)
        checks.check_applied(config.place.applied(), own)
        if config.other_dataset is not None:
            with in_words_of_the_other():
                checks.check_applied(config.other(), own)
    return config, runs
