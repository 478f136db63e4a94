"""The folder of what was made once of datasets and may be deleted at any time."""

import os
from pathlib import Path

from kerasae import files
from kerasae.config import ConfigError

VARIABLE = "KERASAE_CACHE_DIR"
WORDS = f"${VARIABLE}, else $XDG_CACHE_HOME/kerasae, else ~/.cache/kerasae"


def cache_folder() -> Path | None:
    """Where it is; it need not exist yet. None where there is no home folder."""
    own, usual = os.environ.get(VARIABLE), os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(files.expand_user(own or f"{usual or '~/.cache'}/kerasae")).absolute()
    except ConfigError:
        return None
