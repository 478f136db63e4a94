"""Pictures in files: their headers, and their pixels as uint8.

PNG, JPEG, BMP and GIF, of which the first picture counts. They are turned as their EXIF says;
the upper 8 bits count of 16; palettes become what they stand for; what is transparent
is laid on black or white.
"""

import dataclasses
import os
from typing import Any, BinaryIO

import numpy as np
from PIL import ExifTags, Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".dib", ".gif")
# More pixels are refused before they are decoded: the camera is no small picture's.
MAX_PIXELS = 2**26
# EXIF's orientation, which other than 1 turns or mirrors the picture.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = (5, 6, 7, 8)
# Modes of Pillow without colour.
_GREY = ("1", "L", "LA", "La", "I", "F")
# The last bytes of a whole file, within so many bytes of its end.
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9", "MPO": b"\xff\xd9", "GIF": b";"}
_TAIL = 16


class BrokenPictureError(Exception):
    """A file that holds no picture, or not all of one; the text is the reason."""


@dataclasses.dataclass(frozen=True)
class Header:
    """What a picture's file says of it before it is decoded.

    Attributes:
        height, width: After it was turned.
        colour: Whether it is more than grey.
        transparent: Whether some of it may be.
        ended: Whether the file ends as one of its format does; one that doesn't may be cut off.
    """

    height: int
    width: int
    colour: bool
    transparent: bool
    ended: bool


def read_header(file: BinaryIO) -> Header:
    """Reads what a file says of its picture, without decoding it.

    Args:
        file: Open, seekable.

    Raises:
        BrokenPictureError: where it is none of the formats, or larger than `MAX_PIXELS`.
    """
    try:
        with Image.open(file, formats=FORMATS) as image:
            _require_small(image)
            height, width = _size(image)
            return Header(
                height=height,
                width=width,
                colour=_is_colour(image),
                transparent=image.has_transparency_data,
                ended=_is_ended(file, image),
            )
    except BrokenPictureError:
        raise
    except Exception as error:  # Of broken files Pillow raises whatever its parsers do.
        raise BrokenPictureError(_reason(error)) from None


def decode(file: BinaryIO, channels: int, background: str) -> np.ndarray:
    """Decodes a picture.

    Args:
        file: Open, seekable.
        channels: 1 for one that is grey, 3 for any.
        background: `black` or `white`, under what is transparent.

    Returns:
        uint8 `(height, width, channels)`.

    Raises:
        BrokenPictureError: where it can't be decoded, or not wholly.
    """
    try:
        with Image.open(file, formats=FORMATS) as image:
            _require_small(image)
            orientation = _orientation(image)
            turned = image.transpose(_TURNS[orientation]) if orientation in _TURNS else image
            if turned.mode.startswith("I;16"):
                pixels = (np.asarray(turned) >> 8).astype(np.uint8)
                pixels = np.stack([pixels] * channels, axis=-1)
            else:
                transparent = image.has_transparency_data
                opaque = _on_background(turned, background) if transparent else turned
                pixels = np.asarray(opaque.convert("L" if channels == 1 else "RGB"))
            return pixels.reshape(*pixels.shape[:2], channels)
    except BrokenPictureError:
        raise
    except Exception as error:  # Of broken files Pillow raises whatever its parsers do.
        raise BrokenPictureError(_reason(error)) from None


def _require_small(image: Image.Image) -> None:
    """Raises BrokenPictureError for more pixels than a picture may have."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise BrokenPictureError(
            f"it is {height:,} x {width:,} pixels large, and {MAX_PIXELS:,} are the most"
        )
    if not width * height:
        raise BrokenPictureError("it has no pixel")


def _size(image: Image.Image) -> tuple[int, int]:
    """`(height, width)` after the picture was turned."""
    width, height = image.size
    return (width, height) if _orientation(image) in _SWAPS_SIDES else (height, width)


def _orientation(image: Image.Image) -> int:
    """EXIF's orientation, where it stands before the pixels, so that the header says it."""
    if "exif" not in image.info:
        return 1
    return image.getexif().get(ExifTags.Base.Orientation, 1)


def _is_colour(image: Image.Image) -> bool:
    if image.mode in ("P", "PA"):
        palette = np.array(image.getpalette("RGB") or [0, 0, 0]).reshape(-1, 3)
        return bool((palette != palette[:, :1]).any())
    return image.mode not in _GREY and not image.mode.startswith("I;16")


def _on_background(image: Image.Image, background: str) -> Image.Image:
    """A picture with nothing transparent, laid on a colour."""
    over = image.convert("RGBA")
    under = Image.new("RGBA", over.size, background)
    return Image.alpha_composite(under, over).convert("RGB")


def _is_ended(file: BinaryIO, image: Image.Image) -> bool:
    """Whether the file's last bytes are those of its format, as far as it has any."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    tail, end = file.read(), _ENDS.get(image.format)
    if end is None:
        return False
    return tail.endswith(end) if len(end) == 1 else end in tail


def _reason(error: Any) -> str:
    """A reason in few words: Pillow names the open file in its own way."""
    if isinstance(error, Image.UnidentifiedImageError):
        return f"it is no picture in one of the formats {', '.join(FORMATS)}"
    if isinstance(error, Image.DecompressionBombError):
        return f"it is larger than {MAX_PIXELS:,} pixels"
    text = next(iter(str(error).splitlines()), "") or type(error).__name__
    return text.rstrip(".")
