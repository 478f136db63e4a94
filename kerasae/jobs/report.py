"""Draws figures of a finished run, computing the probes that they need."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from kerasae import files, registry
from kerasae.cli_flags import command
from kerasae.config import ConfigError, DataConfig, RunError
from kerasae.figures.drawing import draw_plot, missing, unavailable
from kerasae.published import experiments
from kerasae.published.experiment import PLAIN
from kerasae.run_dir import RunDir
from kerasae.runs import checks, open_run

# Which command fills which folder of a run.
MADE_BY = {"readouts": "readout", "evaluation": "evaluate"}


def draw(run: RunDir, wanted: tuple[str, ...] | None, data_dir: str | None) -> Iterator[Path]:
    """Draws the figures and yields each one's path as it is done.

    Args:
        run: A finished run.
        wanted: Names of figures; None for all that the run has the files for.
        data_dir: Folder of TFDS datasets, for probes that need images.

    Raises:
        ConfigError: where a wanted figure needs what another command makes.
        RunError: where a wanted figure can't be drawn of what there is.
    """
    with run.locked():
        names = registry.names(registry.PLOTS) if wanted is None else wanted
        plots = {name: registry.load(registry.PLOTS, name, "--figures") for name in names}
        if wanted is not None:
            _require_results(run, plots)
        _compute_probes(
            run, sorted({need for plot in plots.values() for need in plot.NEEDS}), data_dir
        )
        for name, plot in plots.items():
            if wanted is None and (missing(run, plot) or unavailable(run, plot)):
                continue
            try:
                yield draw_plot(run, name, plot)
            except RunError as error:
                if wanted is not None:
                    raise
                print(f"{name} is left out: {error}", file=sys.stderr)


def _require_results(run: RunDir, plots: dict[str, ModuleType]) -> None:
    """Refuses a figure of results that aren't there, before any probe is computed."""
    for name, plot in plots.items():
        for need in missing(run, plot):
            folder = Path(need).parts[0]
            if folder in MADE_BY:
                make = command(MADE_BY[folder], f"--run_dir={run.path}")
                raise ConfigError(
                    f"The figure {name} needs {need} in {run.path}. {make} writes {folder}."
                )
        if not missing(run, plot) and (reason := unavailable(run, plot)):
            raise ConfigError(f"The figure {name} can't be drawn: {reason}.")


def compute_probe(opened: open_run.OpenRun, split, name: str) -> None:
    """Computes one probe into `probes/<name>.npz`."""
    probe = registry.load(registry.PROBES, name, "the probe")
    repeated = experiments.matching(checks.settings(opened.config))
    display = repeated.display if repeated else PLAIN
    arrays = probe.compute(opened.autoencoder, split, opened.config.training.seed, display)
    with files.atomic_path(opened.run.probes / f"{name}.npz") as new:
        np.savez_compressed(new, **arrays)


def _compute_probes(run: RunDir, needs: list[str], data_dir: str | None) -> None:
    """Computes the probes among the needed files that aren't there yet."""
    folder = run.probes.relative_to(run.path)
    paths = [Path(need) for need in needs]
    wanted = [
        path.stem for path in paths if path.parent == folder and not (run.path / path).exists()
    ]
    if not wanted:
        return
    opened = open_run.open_run(run)
    own = DataConfig(dataset=opened.config.data.dataset, data_dir=data_dir)
    data, _ = open_run.load_data(opened, own, resize=False)
    for name in wanted:
        print(f"computing {name}", file=sys.stderr)
        compute_probe(opened, data.test, name)
