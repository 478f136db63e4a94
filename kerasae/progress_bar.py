"""Progress bars: on a terminal or in a notebook, and nowhere else."""

import sys
import warnings
from collections.abc import Iterable
from typing import Any

NOTEBOOK = "ipykernel.zmqshell"


def progress_bar(
    title: str, things: Iterable[Any] | None = None, total: int | None = None, unit: str = "it"
) -> Any:
    """A `tqdm` that is gone when it is done: a widget where a notebook can show one.

    Args:
        title: What goes on.
        things: To be gone through; None where `update` is called.
        total: How many there are, where `things` doesn't say.
        unit: Word for one.
    """
    # Imported by whoever goes through thousands of images; here it would slow down `--help`.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Without widgets tqdm takes text, and says so at length.
        from tqdm.auto import tqdm

    # A notebook is no terminal, so left to itself tqdm would show nothing there.
    hidden = False if NOTEBOOK in sys.modules else None
    return tqdm(
        things, desc=title, total=total, unit=unit, file=sys.stderr, disable=hidden, leave=False
    )
