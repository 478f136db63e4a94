"""Originals above their reconstructions: typical ones, then the worst."""

from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/reconstructions.npz",)
TITLES = {
    "typical": "Typical: test images whose error is nearest the median",
    "worst": "Worst: test images with the largest error",
}


def draw(run: RunDir) -> Figure:
    """Draws what the probe `reconstructions` picked."""
    arrays = probed.read(run, "reconstructions")
    columns = len(arrays["typical_images"])
    figure = style.figure(0.85 * columns + 1.0, 5.0)
    for part, (kind, title) in zip(figure.subfigures(2, 1), TITLES.items(), strict=True):
        part.suptitle(title, fontsize=10, x=0.01, ha="left")
        grid = part.subplots(2, columns, squeeze=False)
        for column in range(columns):
            style.show_image(grid[0, column], arrays[f"{kind}_images"][column])
            style.show_image(grid[1, column], arrays[f"{kind}_reconstructions"][column])
            error = arrays[f"{kind}_mse_per_pixel"][column]
            grid[1, column].set_xlabel(f"{error:.4f}", fontsize=8)
        grid[0, 0].set_ylabel("original", fontsize=9)
        grid[1, 0].set_ylabel("reconstruction\n(MSE per pixel)", fontsize=8)
    return figure
