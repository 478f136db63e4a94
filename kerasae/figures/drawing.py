"""Draws figure plug-ins into a run directory."""

from kerasae import registry
from kerasae.config import RunError
from kerasae.run_dir import RunDir, atomic_path

PLOTS = "kerasae.figures.plots"


def draw(run: RunDir, name: str) -> None:
    """Draws one figure to `figures/<name>.png`.

    Raises:
        ConfigError: for an unknown figure.
        RunError: where a file that it needs is missing.
    """
    plot = registry.load(PLOTS, name, "the figure")
    missing = [needed for needed in plot.NEEDS if not (run.path / needed).exists()]
    if missing:
        raise RunError(f"The figure {name} needs {', '.join(missing)} in {run.path}.")
    with atomic_path(run.figures / f"{name}.png") as new:
        plot.draw(run).savefig(new, metadata={"Software": None})
