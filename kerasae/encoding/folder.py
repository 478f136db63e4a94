"""A folder of parts: what is in it already, and whether that may stay."""

import logging
from pathlib import Path

from kerasae.config import ConfigError, RunError
from kerasae.encoding.part import SUFFIX
from kerasae.encoding.part_file import PartOrigin, read_origin

logger = logging.getLogger(__name__)


def finished(out: Path, wanted: dict[str, PartOrigin]) -> set[str]:
    """Names of the parts that are there, as what they were made of says; damaged ones aren't.

    Args:
        out: The folder.
        wanted: What each part is to be made of, by the name of its file.

    Raises:
        ConfigError: for a file that is none of the parts, or that holds another one, and for a
            folder in the place of one.
    """
    found = set()
    for path in sorted(out.glob(f"*{SUFFIX}")):
        if path.name not in wanted:
            raise ConfigError(f"--out={out} holds {path.name}, which is none of its parts.")
        if path.is_dir():  # No file could take its place, hours later.
            raise ConfigError(f"--out={out} holds a folder in the place of its part {path.name}.")
        try:
            origin = read_origin(path)
        except RunError as error:
            logger.warning("%s It is made anew.", error)
            continue
        if differences := wanted[path.name].differences(origin):
            raise ConfigError(
                f"--out={out} holds other parts: of {path.name} {differences}. Give another --out."
            )
        found.add(path.name)
    return found
