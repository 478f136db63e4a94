"""A digest of what a dataset holds, so that two of one name and version are told apart."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# Bytes of files that are read, at most. Two seconds from a usual disk, a few tenths from memory.
MAX_READ_BYTES = 2**28
BLOCK_BYTES = 2**20
_DIGITS = 32


def digest(facts: Mapping[str, Any], parts: Iterable[bytes | memoryview]) -> str:
    """SHA-256 of facts and bytes, its first 32 hexadecimal digits.

    Args:
        facts: What else decides the images and labels, ready for JSON.
        parts: The bytes, in an order that is always the same.
    """
    found = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for part in parts:
        found.update(part)
    return found.hexdigest()[:_DIGITS]


def file_bytes(paths: Iterable[Path]) -> Iterable[bytes]:
    """The bytes of files for `digest`, a mebibyte at a time.

    Files of 256 MiB together are read whole. Of larger ones their sizes count
    and 256 blocks of 1 MiB, evenly spaced over all of them: a byte that
    changed anywhere else isn't noticed then.

    Args:
        paths: The files, one after the other.

    Raises:
        OSError: where one can't be read.
    """
    sizes = {path: path.stat().st_size for path in paths}
    total = sum(sizes.values())
    blocks = -(-total // BLOCK_BYTES)
    affordable = MAX_READ_BYTES // BLOCK_BYTES
    wanted = set(range(blocks))
    if blocks > affordable:
        wanted = {number * (blocks - 1) // (affordable - 1) for number in range(affordable)}
    first = 0  # Byte at which the file begins, were they all one.
    for path, size in sizes.items():
        yield f"{size} ".encode()
        with path.open("rb") as file:
            for number in range(first // BLOCK_BYTES, -(-(first + size) // BLOCK_BYTES)):
                if number in wanted:
                    start = max(number * BLOCK_BYTES - first, 0)
                    file.seek(start)
                    yield file.read((number + 1) * BLOCK_BYTES - first - start)
        first += size
