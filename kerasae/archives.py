"""Zip archives from elsewhere, looked at before they are unpacked: `.keras` and `.npz` files.

And the limit on what any packed file may unpack to.
"""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kerasae import files
from kerasae.config import RunError

# An archive that unpacks to more than this is refused where it also unpacks to more than
# MAX_RATIO times its own size. Weights hardly shrink; images of one colour may, a lot.
MAX_UNPACKED_BYTES = 2**28
MAX_RATIO = 50


def require_sound(path: Path) -> None:
    """Refuses a file that is no whole zip archive, or that would fill the memory or leave a folder.

    Raises:
        RunError: with the file and what is wrong with it.
    """
    with opened(path) as archive:
        for member in archive.infolist():
            name = PurePosixPath(member.filename)
            if name.is_absolute() or ".." in name.parts:
                raise RunError(f"{path} is damaged: it has a member {member.filename!r}.")
        broken = archive.testzip()
    if broken is not None:
        raise RunError(f"{path} is damaged: its member {broken!r} has another checksum.")


def read_member(path: Path, name: str) -> bytes | None:
    """One member of an archive, without a look at the others; None where there is none.

    Raises:
        RunError: with the file and what is wrong with it.
    """
    with opened(path) as archive:
        return archive.read(name) if name in archive.namelist() else None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive of bounded size, open in the block; whatever is wrong becomes a RunError."""
    files.require_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            require_bounded(path, sum(member.file_size for member in archive.infolist()))
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(f"{path} is damaged: {error}.") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path} can't be read: {error}.") from None


def require_bounded(path: Path, unpacked: int) -> None:
    """Refuses a packed file that unpacks to many times its size.

    Args:
        path: The file.
        unpacked: Bytes that it unpacks to.

    Raises:
        RunError: with both sizes.
    """
    if unpacked > max(MAX_UNPACKED_BYTES, MAX_RATIO * path.stat().st_size):
        raise RunError(
            f"{path} is refused: its {path.stat().st_size:,} bytes unpack to {unpacked:,}."
        )
