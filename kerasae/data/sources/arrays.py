"""Arrays that a caller in Python gives to `kerasae.api`, for as long as it works on them.

Nothing of them stays in the process or on the disk, so a command line, or a
later call, knows their name and content from a run's record and no image.
"""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName

if TYPE_CHECKING:
    from kerasae.data.array_source import ArraySource

ARGUMENT = "NAME"
VERSIONED = False
FEATURES = False
HELP = None  # Nobody can type them.

_given: contextvars.ContextVar[dict[str, "ArraySource"]] = contextvars.ContextVar("arrays given")


def name_of(argument: str) -> str:
    """The dataset's name of arrays that are called so: `arrays:faces`."""
    return f"arrays:{argument}"


@contextlib.contextmanager
def given(*sources: "ArraySource") -> Iterator[None]:
    """Lets the datasets of these names be opened inside, in this thread.

    Args:
        *sources: Their names are those of `name_of`.
    """
    token = _given.set(_given.get({}) | {source.spec.name: source for source in sources})
    try:
        yield
    finally:
        _given.reset(token)


def all_given() -> tuple["ArraySource", ...]:
    """Those that can be opened here, for another process to be given them."""
    return tuple(_given.get({}).values())


def open_source(name: DatasetName, config: DataConfig) -> "ArraySource":
    """Opens arrays that were given.

    Raises:
        ConfigError: for others.
    """
    found = _given.get({}).get(str(name))
    if found is None:
        raise ConfigError(
            f"The images of {name} were given as arrays in Python and are kept nowhere: this needs "
            "them again, as in kerasae.api.open_run(RUN, images, labels), or to train in "
            "kerasae.api.train(images, labels). A finished run takes them from a file, too, as "
            "--dataset=npz:FILE."
        )
    return found


def check(name: DatasetName, config: DataConfig) -> tuple[int, int] | None:
    """The size of arrays that were given; None of others."""
    found = _given.get({}).get(str(name))
    return found and (found.spec.default_image_size or found.spec.image_shape[:2])
