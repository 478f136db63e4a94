"""PNG files, looked at before they go into a page: their chunks carry checksums."""

import zlib
from pathlib import Path

from kerasae import files
from kerasae.config import RunError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LAST = b"IEND"


def read(path: Path) -> bytes:
    """The bytes of a whole PNG file.

    Raises:
        RunError: where it is missing, no regular file, cut off, or changed since it was drawn.
    """
    files.require_regular(path)
    content = path.read_bytes()
    if not _whole(content):
        raise RunError(f"{path} is damaged. Remove it, or name it in --figures to draw it again.")
    return content


def _whole(content: bytes) -> bool:
    """Whether every chunk has its checksum: length, kind, data, CRC of kind and data."""
    if not content.startswith(SIGNATURE):
        return False
    at, kind = len(SIGNATURE), b""
    while kind != LAST:
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        end = at + 8 + length
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4]):
            return False
        if len(content) < end + 4:
            return False
        at = end + 4
    return at == len(content)
