"""Images along each unit of the code, from its 1st to its 99th percentile."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import probed, style
from kerasae.figures.mosaic import mosaic
from kerasae.run_dir import RunDir

NEEDS = ("probes/traversals.npz",)
BLOCKS = 2  # side by side
TILE = 0.42  # inches


def draw(run: RunDir) -> Figure:
    """Draws a row of images for each unit, largest effect first."""
    arrays = probed.read(run, "traversals")
    units, images = arrays["units"], arrays["images"]
    code_size = int(arrays["code_size"])
    blocks = min(BLOCKS, len(units))
    rows = -(-len(units) // blocks)
    steps = images.shape[1]
    figure = style.figure((TILE * (steps + 1) + 1.1) * blocks, TILE * rows + 1.1)
    grid = figure.subplots(1, 2 * blocks, squeeze=False, width_ratios=[steps, 1] * blocks)[0]
    changes = images[:, -1] - images[:, 0]  # (units, height, width, channels)
    limit = style.limit_of(changes)
    for block, (walks, ends) in enumerate(zip(grid[::2], grid[1::2], strict=True)):
        own = slice(block * rows, (block + 1) * rows)
        _show_walks(walks, images[own], units[own], arrays["values"][own], arrays["effects"][own])
        _show_changes(ends, changes[own], limit)
    chosen = (
        f"all {code_size} units of the code"
        if len(units) == code_size
        else f"the {len(units)} of {code_size} units of the code that change the image most"
    )
    title = f"Walks along {chosen}, from the 1st to the 99th percentile; all others at their mean"
    figure.suptitle(style.wrapped(figure, title, size=9), fontsize=9)
    style.note(
        figure,
        "Left of each row: unit, its values at both ends, and the change of the image between them "
        "(Δ, root mean square per pixel).",
        f"Right: last image minus first, {_scale(changes, limit)}.",
    )
    return figure


def _show_walks(axes, images, units, values, effects) -> None:
    """Rows of images `(units, steps, height, width, channels)` on one axes."""
    steps, height, width, channels = images.shape[1:]
    tiles = images.reshape(-1, height, width, channels)
    corners = style.show_tiles(axes, tiles, steps, _gap(height, width))
    labels = [
        f"{unit:02}: {tables.brief(low, [high])} to {tables.brief(high, [low])}\n"
        f"Δ {tables.brief(effect, effects)}"
        for unit, low, high, effect in zip(units, values[:, 0], values[:, -1], effects, strict=True)
    ]
    axes.set_yticks(corners[::steps, 0] + height / 2, labels, fontsize=style.SMALL)
    axes.tick_params(length=0)


def _show_changes(axes, changes: np.ndarray, limit: float) -> None:
    """A column of differences `(units, height, width, channels)`, beside their rows."""
    _, height, width, channels = changes.shape
    if channels == 1:
        whole, corners = mosaic(changes[..., 0], 1, _gap(height, width))
        style.show_signed(axes, whole, limit)
    else:
        colours = style.as_colours(changes, limit)
        whole, corners = mosaic(colours, 1, _gap(height, width))
        axes.imshow(np.nan_to_num(whole, nan=1.0), interpolation="nearest")
    style.frame_tiles(axes, corners, height, width)


def _scale(changes: np.ndarray, limit: float) -> str:
    """What the colours of differences say."""
    most = tables.brief(limit)
    if changes.shape[-1] == 1:
        return f"blue −{most} to red {most}"
    return f"grey where nothing changes; each of red, green and blue from −{most} to {most}"


def _gap(height: int, width: int) -> tuple[int, int]:
    """Places between tiles."""
    return max(1, height // 14), max(1, width // 14)
