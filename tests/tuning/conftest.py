"""Spaces from a few lines of TOML, over the settings that flags give."""

import pytest

from kerasae import run_flags
from kerasae.cli_flags import CommandLine
from kerasae.tuning import space_file


def base_config(*flags):
    """The settings of a run from its flags."""
    line = CommandLine("")
    run_flags.define(line)
    line.parse(["program", *flags])
    return run_flags.read(line)


@pytest.fixture
def load_space(tmp_path):
    """Reads a space: `load_space(toml, "--model=…", image_size=(28, 28))`."""

    def load(text, *flags, image_size=(28, 28)):
        path = tmp_path / "space.toml"
        path.write_text(text, encoding="utf-8")
        return space_file.load(path, base_config(*flags), image_size)

    return load
