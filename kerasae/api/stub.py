"""`functions/__init__.pyi`, which shows type checkers the signatures: python -m kerasae.api.stub

A function's parameters are made of the flags' dataclasses when kerasae is imported, which a type
checker doesn't do. A test compares the file with what would be written now.
"""

import inspect
import re
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.api import functions

PATH = Path(functions.__file__).with_suffix(".pyi")
HEAD = """\
# Written by `python -m kerasae.api.stub`; changes are lost.
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kerasae.api.export import Export
from kerasae.api.run import Run
from kerasae.data.array_source import ArraySource
from kerasae.jobs.transfer import Transferred
from kerasae.readouts.read_out import ReadOut
from kerasae.reporting.comparison import Row
from kerasae.tuning.open_search import Search
"""
_MODULES = re.compile(r"\b(?:typing|collections\.abc|pathlib|kerasae(?:\.\w+)+)\.(?=\w)")

# How Python shows a `Literal` or None.
_OPTIONAL = re.compile(r"Optional\[(Literal\[[^]]*\])\]")


def text() -> str:
    """The file as it should be."""
    found = {
        name: one
        for name, one in vars(functions).items()
        if inspect.isfunction(one) and hasattr(one, "__signature__")
    }
    return "\n".join([HEAD, *(_definition(name, one) for name, one in found.items()), ""])


def _definition(name: str, function: Any) -> str:
    """A function without its work."""
    signature = inspect.signature(function)
    lines, by_name = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not by_name:
            lines.append("    *,")
            by_name = True
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        lines.append(f"    {parameter.name}: {_words(parameter.annotation)}{default},")
    returns = _words(signature.return_annotation)
    return "\n".join([f"def {name}(", *lines, f") -> {returns}: ..."])


def _words(annotation: Any) -> str:
    """A type as it is written in the file."""
    words = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    words = _OPTIONAL.sub(r"\1 | None", _MODULES.sub("", words))
    return words.replace("numpy.", "np.")


if __name__ == "__main__":
    files.write_text(PATH, text())
