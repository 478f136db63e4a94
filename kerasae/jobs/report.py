"""Draws the figures of a finished run, with the probes that they need, and writes its page."""

import logging
import os
from pathlib import Path

import numpy as np

from kerasae import afterwards, arrays, files, registry
from kerasae.config import ConfigError, RunError
from kerasae.figures.drawing import draw_plot, missing, unavailable
from kerasae.figures.plot import Plot
from kerasae.progress_bar import progress_bar
from kerasae.published import experiments
from kerasae.published.experiment import PLAIN
from kerasae.reporting import page
from kerasae.reporting.config import ALL, ReportConfig
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.runs.applied_data import load_own_data
from kerasae.runs.guard import require_finished
from kerasae.runs.open_run import open_run
from kerasae.wording import command

logger = logging.getLogger(__name__)

# Which command fills which folder of a run.
MADE_BY = {"readouts": "readout", "evaluation": "evaluate"}


def report(run: RunDir, config: ReportConfig) -> Path:
    """Draws what is asked for and writes the page.

    Args:
        run: A finished run; probes, figures and the page are added to it.
        config: Which figures; with all of them, those that can't be drawn of
            what there is are left out.

    Returns:
        Path of the page.

    Raises:
        ConfigError: where a figure that was named needs what another command makes.
    """
    every_figure = ALL in config.figures
    names = registry.names(registry.PLOTS) if every_figure else config.figures
    plots = {name: registry.load(registry.PLOTS, name, "--figures") for name in names}
    with run.locked():
        require_finished(run)
        if not every_figure:
            _require_results(run, plots)
        _compute_probes(run, plots, config)
        for name, plot in progress_bar("figures", plots.items()):
            with afterwards.attempt(f"The figure {name} of {run.path}"):
                _draw(run, name, plot, every_figure)
        return page.write(run)


def _draw(run: RunDir, name: str, plot: Plot, every_figure: bool) -> None:
    """Draws a figure; with all of them, one that can't be drawn of what there is is left out."""
    if every_figure and (missing(run, plot) or unavailable(run, plot)):
        return
    try:
        logger.info("%s", draw_plot(run, name, plot))
    except RunError as error:
        if not every_figure:
            raise
        logger.info("%s is left out: %s", name, error)


def _require_results(run: RunDir, plots: dict[str, Plot]) -> None:
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


def _compute_probes(run: RunDir, plots: dict[str, Plot], config: ReportConfig) -> None:
    """Computes the probes that the figures need and that aren't there, or are damaged."""
    folder = run.probes.relative_to(run.path)
    needs = sorted({Path(need) for plot in plots.values() for need in plot.NEEDS})
    wanted = [
        path.stem for path in needs if path.parent == folder and not _is_whole(run.path / path)
    ]
    if not wanted:
        return
    opened = open_run(run)
    data, _ = load_own_data(opened, config.place)
    repeated = experiments.matching(settings.to_json(opened.config))
    display = repeated.display if repeated else PLAIN
    for name in progress_bar("computing for figures", wanted):
        logger.info("computing %s", name)
        probe = registry.load(registry.PROBES, name, "the probe")
        with afterwards.attempt(f"The probe {name} of {run.path}"):
            found = probe.compute(
                opened.autoencoder, data.test, opened.config.training.seed, display
            )
            with files.atomic_path(run.probes / f"{name}.npz") as new:
                np.savez_compressed(new, **found)


def _is_whole(path: Path) -> bool:
    """Whether a probe's arrays are there as they were written."""
    if not os.path.lexists(path):
        return False
    try:
        arrays.read(path)
    except RunError as error:
        logger.warning("%s It is computed anew.", error)
        return False
    return True
