"""Plug-ins that a test adds as their author would: one file, in a folder of its own."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def added(package: str, folder: Path, name: str, code: str) -> Iterator[None]:
    """Adds `<folder>/<name>.py` to the plug-ins of a package while the block runs."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    path = importlib.import_module(package).__path__
    path.append(str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        path.remove(str(folder))
        sys.modules.pop(f"{package}.{name}", None)
        vars(sys.modules[package]).pop(name, None)
