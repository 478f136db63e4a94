"""Images decoded from codes that were sampled from the prior, the standard Gaussian."""

from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/prior_samples.npz",)
COLUMNS = 12
TILE = 0.5  # inches


def unavailable(run: RunDir) -> str | None:
    """Only a variational objective says what codes are like."""
    if len(probed.read(run, "prior_samples")["images"]):
        return None
    return "only --training_objective=variational has a prior to sample from"


def draw(run: RunDir) -> Figure:
    """Draws them in the order in which they were sampled."""
    arrays = probed.read(run, "prior_samples")
    images = arrays["images"]
    count, height, width, _ = images.shape
    figure = style.figure(TILE * (COLUMNS + 1), TILE * -(-count // COLUMNS) + 0.6)
    axes = figure.add_subplot()
    style.show_tiles(axes, images, COLUMNS, (max(1, height // 14), max(1, width // 14)))
    axes.set_title(
        f"{count} samples of the {int(arrays['code_size'])} numbers of the code, decoded; "
        "none is chosen",
        fontsize=8,
        loc="left",
    )
    return figure
