"""Effect of first-layer filters on a sample image, and the pattern that each responds to."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/filter_effects.npz", "probes/filter_responses.npz")
STEPS = {"convolved": "convolution\n+ bias", "activated": "{}", "pooled": "max-pooling"}
NOTE = (
    "Angles are counter-clockwise from horizontal. Match: cosine between the kernel and the ideal "
    "pattern, at most 1. Red above 0, white 0, blue below: each kernel and each row of maps has "
    "its own scale, to the largest absolute value, which stands beside it."
)
RGB_NOTE = "Kernels in colour: grey is 0. Patterns are those of the mean over red, green and blue."
LINE = 26  # characters


def draw(run: RunDir) -> Figure:
    """Draws a row for each filter: filter, input, each step, and a sentence."""
    arrays = probed.read(run, "filter_effects")
    responses = probed.read(run, "filter_responses")
    steps = [step for step in STEPS if step in arrays]
    filters = arrays["filters"]
    figure = style.figure(0.98 * (len(steps) + 2) + 2.9, 0.98 * len(filters) + 0.9)
    grid = figure.subplots(
        len(filters), len(steps) + 3, squeeze=False, width_ratios=[1] * (len(steps) + 2) + [2.1]
    )
    for index, row in enumerate(grid):
        kernel, maps = arrays["kernels"][index], [arrays[step][index] for step in steps]
        weights, activations = style.limit_of(kernel), style.limit_of(*maps)
        _show_kernel(row[0], kernel, weights)
        style.show_image(row[1], arrays["image"])
        for axes, values in zip(row[2:-1], maps, strict=True):
            style.show_signed(axes, values, activations)
        label = f"filter {filters[index]:02}\nweights ±{tables.brief(weights)}"
        row[0].set_ylabel(label, fontsize=8, rotation=0, ha="right", va="center")
        _describe(row[-1], index, activations, arrays, responses)
    titles = ["kernel", f"input: {style.name(arrays['sample'], letters=10)}"]
    titles += [STEPS[step].format(arrays["activation"]) for step in steps]
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title, fontsize=9)
    in_colour = arrays["kernels"].shape[-1] > 1
    style.note(figure, NOTE, RGB_NOTE if in_colour else "")
    return figure


def _show_kernel(axes, kernel: np.ndarray, limit: float) -> None:
    """Draws a kernel `(height, width, channels)`, in colour where it has 3."""
    if kernel.shape[-1] == 1:
        style.show_signed(axes, kernel[..., 0], limit)
        return
    axes.imshow(style.as_colours(kernel, limit), interpolation="nearest")
    style.bare(axes)


def _describe(axes, index: int, limit: float, arrays, responses) -> None:
    """The scale of a row, the sentence about its filter, and why the filter is shown."""
    axes.axis("off")
    number = arrays["filters"][index]
    match = responses["matches"][number]
    sentence = str(responses["sentences"][number])
    lines = [f"maps ±{tables.brief(limit)}", *textwrap.wrap(sentence, LINE)]
    if match:
        lines.append(f"(match {match:.2f})")
    if arrays["most_different"][index]:
        lines.append("One of the 3 most different.")
    axes.text(0, 0.5, "\n".join(lines), fontsize=8, va="center", transform=axes.transAxes)
