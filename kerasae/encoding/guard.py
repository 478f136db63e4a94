"""What a folder must not hold before parts are written into it; without TensorFlow."""

from pathlib import Path

from kerasae.config import ConfigError
from kerasae.encoding.part import SUFFIX


def require_free(out: Path, resume: bool) -> None:
    """Refuses a folder with parts in it, unless they are gone on with.

    Raises:
        ConfigError: where there are some.
    """
    found = next(out.glob(f"*{SUFFIX}"), None)
    if found is not None and not resume:
        raise ConfigError(
            f"--out={out} holds parts already, as {found.name}. --resume goes on with them; "
            "another --out starts anew."
        )
