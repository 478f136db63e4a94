"""A folder on a disk of its own, with little room or read-only, where one may be mounted."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

# More than any command writes.
ROOMY = 2**28


@contextlib.contextmanager
def mounted(folder: Path) -> Iterator[bool]:
    """Makes `folder` a disk in memory; yields whether that was possible."""
    possible = os.getuid() == 0 and _mount(folder, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs")
    try:
        yield possible
    finally:
        if possible:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def resize(folder: Path, room: int | None) -> None:
    """Leaves this many bytes of room on the disk; None gives it all back."""
    used = os.statvfs(folder)
    size = ROOMY if room is None else (used.f_blocks - used.f_bfree) * used.f_frsize + room
    if not _mount(folder, "-o", f"remount,size={size}"):
        raise RuntimeError(f"{folder} can't be resized")


def set_read_only(folder: Path, whether: bool) -> None:
    """Lets nothing be written to the disk, or everything again."""
    if not _mount(folder, "-o", f"remount,{'ro' if whether else 'rw'},size={ROOMY}"):
        raise RuntimeError(f"{folder} can't be made read-only, or writable again")


def _mount(folder: Path, *arguments: str) -> bool:
    try:
        done = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
