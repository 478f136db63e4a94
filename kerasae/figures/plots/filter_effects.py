"""Effect of first-layer filters on a sample image, and the pattern that each responds to."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/filter_effects.npz", "probes/filter_responses.npz")
STEPS = {"convolved": "convolution\n+ bias", "activated": "{}", "pooled": "max-pooling"}
NOTE = (
    "Angles are counter-clockwise from horizontal. Match: cosine between the kernel and the ideal "
    "pattern, at most 1."
)
RGB_NOTE = "Patterns are those of the mean over red, green and blue."
LINE = 26  # characters


def draw(run: RunDir) -> Figure:
    """Draws a row for each filter: filter, input, each step, and a sentence."""
    arrays = probed.read(run, "filter_effects")
    responses = probed.read(run, "filter_responses")
    steps = [step for step in STEPS if step in arrays]
    filters = arrays["filters"]
    figure = style.figure(0.98 * (len(steps) + 2) + 2.3, 0.98 * len(filters) + 1.5)
    grid = figure.subplots(
        len(filters), len(steps) + 3, squeeze=False, width_ratios=[1] * (len(steps) + 2) + [2.1]
    )
    weights, maps = None, None
    weight_limit = style.limit_of(arrays["kernels"])
    map_limit = style.limit_of(*(arrays[step] for step in steps))
    for index, row in enumerate(grid):
        weights = _show_kernel(row[0], arrays["kernels"][index], weight_limit)
        style.show_image(row[1], arrays["image"])
        for axes, step in zip(row[2:-1], steps, strict=True):
            maps = style.show_signed(axes, arrays[step][index], map_limit)
        row[0].set_ylabel(
            f"filter {filters[index]:02}", fontsize=9, rotation=0, ha="right", va="center"
        )
        _describe(row[-1], index, arrays, responses)
    titles = [
        "filter" if weights else "filter\n(grey: 0)",
        f"input: {style.name(arrays['sample'], letters=10)}",
    ]
    titles += [STEPS[step].format(arrays["activation"]) for step in steps]
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title, fontsize=9)
    named_maps = "activation (same scale everywhere)"
    bars = (
        [(weights, grid[:, :2], "weight"), (maps, grid[:, 2:-1], named_maps)]
        if weights
        else [(maps, grid[:, :-1], named_maps)]
    )
    for image, columns, label in bars:
        bar = figure.colorbar(image, ax=columns, location="bottom", aspect=20, pad=0.02)
        bar.set_label(label, fontsize=8)
        bar.ax.tick_params(labelsize=style.SMALL)
    figure.supxlabel(NOTE if weights else f"{NOTE}\n{RGB_NOTE}", fontsize=style.SMALL)
    return figure


def _show_kernel(axes, kernel: np.ndarray, limit: float):
    """Draws a kernel `(height, width, channels)`; in colour, and returns None, where it has 3."""
    if kernel.shape[-1] == 1:
        return style.show_signed(axes, kernel[..., 0], limit)
    axes.imshow(style.as_colours(kernel, limit), interpolation="nearest")
    style.bare(axes)
    return None


def _describe(axes, index: int, arrays, responses) -> None:
    """The sentence about one filter, and why the filter is shown."""
    axes.axis("off")
    number = arrays["filters"][index]
    match = responses["matches"][number]
    lines = textwrap.wrap(str(responses["sentences"][number]), LINE)
    if match:
        lines.append(f"(match {match:.2f})")
    if arrays["most_different"][index]:
        lines.append("One of the 3 most different.")
    axes.text(0, 0.5, "\n".join(lines), fontsize=8, va="center", transform=axes.transAxes)
