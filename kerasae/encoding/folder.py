"""A folder of parts: what is in it already, and whether that may stay."""

import logging
from collections.abc import Iterable
from pathlib import Path

from kerasae.config import ConfigError, RunError
from kerasae.encoding.part import SUFFIX
from kerasae.encoding.part_file import PartOrigin, read_origin

logger = logging.getLogger(__name__)


def finished(out: Path, wanted: dict[str, PartOrigin]) -> set[str]:
    """Names of the parts that are there, by what they were made of; damaged ones aren't.

    Args:
        out: The folder.
        wanted: What each part is to be made of, by the name of its file.

    Raises:
        ConfigError: for a part of something else, or one that is there twice.
    """
    by_digest = {origin.digest: name for name, origin in wanted.items()}
    found: dict[str, str] = {}
    for path in sorted(out.glob(f"*{SUFFIX}")):
        try:
            origin = read_origin(path)
        except RunError as error:
            _require_wanted(path, wanted)
            logger.warning("%s It is made anew.", error)
            continue
        name = by_digest.get(origin.digest)
        if name is None:
            raise ConfigError(
                f"--out={out} holds other parts: {_why(path, origin, wanted)}. Give another --out."
            )
        if name in found:
            raise ConfigError(f"{found[name]} and {path.name} in --out={out} are the same part.")
        found[name] = path.name
    return set(found)


def _require_wanted(path: Path, wanted: Iterable[str]) -> None:
    """Refuses a file that nothing will take the place of."""
    if path.name not in wanted:
        raise ConfigError(f"--out={path.parent} holds {path.name}, which is none of its parts.")


def _why(path: Path, origin: PartOrigin, wanted: dict[str, PartOrigin]) -> str:
    """What of a part isn't as it should be."""
    meant = wanted.get(path.name)
    return f"of {path.name} {meant.differences(origin)}" if meant else f"{path.name} is none of its"
