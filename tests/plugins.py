"""Plug-ins that live for one test, in a package that is made longer by a temporary folder."""

import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock


@contextlib.contextmanager
def added(package: str, folder: Path, **code: str) -> Iterator[None]:
    """Adds plug-ins to a package for as long as the block lasts.

    Args:
        package: Dotted name.
        folder: An empty folder for their files.
        **code: Source of each plug-in by its name.
    """
    for name, text in code.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    loaded = importlib.import_module(package)
    try:
        with mock.patch.object(loaded, "__path__", [*loaded.__path__, str(folder)]):
            yield
    finally:
        for name in code:
            sys.modules.pop(f"{package}.{name}", None)
            vars(loaded).pop(name, None)
