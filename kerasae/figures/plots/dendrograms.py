"""Clusters of the classes' mean codes, layer by layer, and their agreement with the classes."""

from matplotlib.figure import Figure
from scipy.cluster.hierarchy import dendrogram

from kerasae import names
from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("clustering", "agreement.csv", "arrays.npz")
COLUMNS = 3
BASELINES = ("pixels", "pca")


def draw(run: RunDir) -> Figure:
    """Draws a panel for each layer: leaves are classes, lengths distances of mean codes."""
    arrays = evaluation.arrays(run, "clustering")
    agreement = {row["layer"]: row for row in evaluation.table(run, "clustering", "agreement")}
    layers, classes = (
        arrays["layers"],
        [style.name(name, style.CLASS_LETTERS) for name in arrays["classes"]],
    )
    titles = _titles([str(layer) for layer in layers])
    columns = min(COLUMNS, len(layers))
    rows = -(-len(layers) // columns)
    figure = style.figure(3.1 * columns, rows * (1.1 + 0.17 * len(classes)) + 0.5)
    grid = figure.subplots(rows, columns, squeeze=False)
    for number, (axes, layer) in enumerate(zip(grid.flat, layers, strict=False)):
        dendrogram(
            arrays[f"linkage_{number}"],
            ax=axes,
            labels=classes,
            orientation="left",
            color_threshold=0,
            above_threshold_color=style.BLUE,
            leaf_font_size=style.SMALL,
        )
        row = agreement[str(layer)]
        axes.set_title(
            f"{titles[number]} ({int(row['features']):,} numbers)\n"
            f"k-means: ARI {float(row['adjusted_rand']):.3f}, NMI {float(row['nmi']):.3f}",
            fontsize=8,
            loc="left",
        )
        axes.tick_params(axis="x", labelsize=style.SMALL)
        axes.spines[["top", "left", "right"]].set_visible(False)
        axes.set_xlabel("distance", fontsize=style.SMALL)
    for axes in grid.flat[len(layers) :]:
        axes.axis("off")
    evaluation.print_settings(figure, run, "clustering")
    return figure


def _titles(layers: list[str]) -> list[str]:
    """Baselines by their names, the encoder's layers by number and name."""
    encoder = [layer for layer in layers if layer not in BASELINES]
    return [
        names.title(layer) if layer in BASELINES else f"layer {encoder.index(layer) + 1}: {layer}"
        for layer in layers
    ]
