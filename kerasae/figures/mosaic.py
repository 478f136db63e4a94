"""Many small images as one array."""

import io

import numpy as np
from PIL import Image


def mosaic(
    tiles: np.ndarray, columns: int, gap: tuple[int, int], empty: float | np.generic = np.nan
):
    """Puts equally large tiles into one array, row by row.

    One array is drawn in an instant, where axes for each of hundreds of tiles
    would take many seconds.

    Args:
        tiles: `(n, height, width)` or `(n, height, width, 3)`.
        columns: Tiles in a row.
        gap: Empty places above and to the left of each tile.
        empty: What stands where no tile is.

    Returns:
        The array and the tiles' corners, int `(n, 2)`:
        row and column of each one's first place.
    """
    count, height, width = tiles.shape[:3]
    down, across = height + gap[0], width + gap[1]
    shape = (-(-count // columns) * down, min(columns, count) * across, *tiles.shape[3:])
    whole = np.full(shape, empty)
    numbers = np.arange(count)
    corners = np.stack(
        [numbers // columns * down + gap[0], numbers % columns * across + gap[1]], axis=1
    )
    for (row, column), tile in zip(corners, tiles, strict=True):
        whole[row : row + height, column : column + width] = tile
    return whole, corners


def png(images: np.ndarray, columns: int) -> bytes:
    """Images side by side as a PNG file, black where there is none.

    Args:
        images: uint8 `(n, height, width, channels)`, grey or RGB.
        columns: Images in a row.
    """
    tiles = images[..., 0] if images.shape[-1] == 1 else images
    whole, _ = mosaic(tiles, columns, (0, 0), np.uint8(0))
    file = io.BytesIO()
    Image.fromarray(whole).save(file, "PNG")
    return file.getvalue()
