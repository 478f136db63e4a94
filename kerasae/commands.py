"""The commands that kerasae has: `kerasae/train.py` is the verb `train`."""

import ast
import importlib
import re
from pathlib import Path
from types import ModuleType

_FOLDER = Path(__file__).parent
_IS_VERB = re.compile(r"^def command_line\(", re.MULTILINE)


def names() -> tuple[str, ...]:
    """Every verb, sorted: the modules of kerasae that define a `command_line`."""
    return tuple(sorted(p.stem for p in _FOLDER.glob("*.py") if _IS_VERB.search(_source(p.stem))))


def summary(name: str) -> str:
    """What a verb is for: the first line of its module, up to how it is called."""
    first_line = ast.get_docstring(ast.parse(_source(name))).splitlines()[0]
    return first_line.partition(": python -m")[0]


def load(name: str) -> ModuleType:
    """Imports a verb, of which `command_line` makes the flags and `main` does the work."""
    return importlib.import_module(f"kerasae.{name}")


def _source(name: str) -> str:
    return (_FOLDER / f"{name}.py").read_text(encoding="utf-8")
