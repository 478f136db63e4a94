"""PNG files, looked at before they go into a page: their chunks carry checksums."""

import dataclasses
import zlib
from pathlib import Path

from kerasae import files
from kerasae.config import RunError
from kerasae.figures import hover
from kerasae.figures.hover import Hover

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LAST, TEXT = b"IEND", b"tEXt"


@dataclasses.dataclass(frozen=True)
class Picture:
    """A picture as a page shows it.

    Attributes:
        png: The file's bytes without what it says of its marks.
        hover: That; None where it says nothing.
    """

    png: bytes
    hover: Hover | None


def read(path: Path) -> Picture:
    """A whole PNG file.

    Raises:
        RunError: where it is missing, no regular file, cut off, or changed since it was drawn.
    """
    files.require_regular(path)
    try:
        chunks = _chunks(path.read_bytes())
        said = [hover.decode(chunk[1].partition(b"\0")[2]) for chunk in chunks if _is_hover(*chunk)]
    except ValueError:
        raise RunError(
            f"{path} is damaged. Remove it, or name it in --figures to draw it again."
        ) from None
    shown = [_encoded(*chunk) for chunk in chunks if not _is_hover(*chunk)]
    return Picture(b"".join([SIGNATURE, *shown]), said[0] if said else None)


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and data of every chunk, of which a file is length, kind, data, CRC of kind and data.

    Raises:
        ValueError: where the file isn't whole.
    """
    if not content.startswith(SIGNATURE):
        raise ValueError("no PNG")
    at, found = len(SIGNATURE), []
    while not found or found[-1][0] != LAST:
        kind, end = content[at + 4 : at + 8], at + 8 + int.from_bytes(content[at : at + 4])
        chunk = kind, content[at + 8 : end]
        if content[at : end + 4] != _encoded(*chunk):
            raise ValueError("a chunk that is cut off, or another than its checksum's")
        found.append(chunk)
        at = end + 4
    if at != len(content):
        raise ValueError("more behind the last chunk")
    return found


def _encoded(kind: bytes, data: bytes) -> bytes:
    """A chunk as it lies in a file."""
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def _is_hover(kind: bytes, data: bytes) -> bool:
    return kind == TEXT and data.startswith(f"{hover.HOVER}\0".encode())
