"""One look for every figure: readable in print and for colour-blind readers."""

from matplotlib.figure import Figure

# Okabe and Ito (2008): told apart with every common kind of colour blindness.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
DPI = 150


def figure(width: float, height: float) -> Figure:
    """An empty figure, in inches; made without pyplot, so nothing is kept or shown."""
    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def tidy(axes) -> None:
    """Takes away the frame's upper and right side and adds a light grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)


def show_image(axes, image) -> None:
    """Draws one image, `(height, width, channels)` with values in [0, 1], without ticks."""
    axes.imshow(image.clip(0, 1).squeeze(-1) if image.shape[-1] == 1 else image.clip(0, 1),
                cmap="gray", vmin=0, vmax=1, interpolation="nearest")  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("0.6")
