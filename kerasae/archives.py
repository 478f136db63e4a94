"""Zip archives from elsewhere, looked at before they are unpacked: `.keras` and `.npz` files."""

import zipfile
import zlib
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
    files.require_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _require_bounded(path, members)
            for member in members:
                name = PurePosixPath(member.filename)
                if name.is_absolute() or ".." in name.parts:
                    raise RunError(f"{path} is damaged: it has a member {member.filename!r}.")
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError(f"{path} is damaged: {error}.") from None
    if broken is not None:
        raise RunError(f"{path} is damaged: its member {broken!r} has another checksum.")


def _require_bounded(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Raises RunError for an archive that unpacks to many times its size."""
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(MAX_UNPACKED_BYTES, MAX_RATIO * path.stat().st_size):
        raise RunError(
            f"{path} is refused: its {path.stat().st_size:,} bytes unpack to {unpacked:,}."
        )
