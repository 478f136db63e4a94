"""Protocol of an export target: a file in `exporting/targets/`, named as the target."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kerasae import registry
from kerasae.exporting.call import Call
from kerasae.exporting.contents import Contents
from kerasae.exporting.exported import Exported


class Runner(Protocol):
    """Runs one exported file with nothing of kerasae, as anyone would who was given it.

    It is tried in a process where kerasae can't be imported: the source of the
    class alone is taken there. So all that it uses is imported or defined
    inside of it.
    """

    def __init__(self, path: str | Path):
        """Opens the file."""

    def details(self, function: str) -> dict[str, Any]:
        """Details of a function that a client has to know, ready for JSON.

        Args:
            function: As in `Call.function`; empty for a file of one function.

        Returns:
            `input`, and `output` or `outputs`, each as a dict: `name`, `shape`
            (-1 for an axis of any size), `dtype`, and where it is quantised
            `scale` and `zero_point`: real = scale * (stored - zero_point).
        """

    def run(self, function: str, values: np.ndarray) -> np.ndarray | dict[str, np.ndarray]:
        """Runs one batch; gives the outputs as stored, by name where there are several."""


class Target(Protocol):
    """An export target; `tests/exporting/targets/every_target_test.py` checks its promises.

    Attributes:
        NAME: The file's own name, for its calls.
        DEFAULT: A literal: whether it is written where no target is named.
        REQUIRES: A literal: packages that it imports and kerasae doesn't require; they
            come with kerasae's extra of the target's name.
        NEEDS_LINEAR_READOUT: Whether its files are judged by the accuracy of
            the linear readout, see `parity`.
        CLIENT: What `Runner` runs its files by, for the card: its name and its package.
        CARD: Jinja text of its paragraph on the model card. It knows the
            manifest's content, `functions` of this target alone, `path` of the
            version and `versions`, the folder of all of them.
        Runner: How its files are run without kerasae.
    """

    NAME: str
    DEFAULT: bool
    REQUIRES: tuple[str, ...]
    NEEDS_LINEAR_READOUT: bool
    CLIENT: tuple[str, str]
    CARD: str
    Runner: type[Runner]

    def write(self, exported: Exported, folder: Path, representative: np.ndarray) -> None:
        """Adds its files to a version folder.

        Args:
            exported: The autoencoder with its heads.
            folder: The version folder.
            representative: uint8 training images of the model's size, for
                targets that need the range of every tensor.

        Raises:
            RunError: where they can't be written.
        """

    def calls(self, contents: Contents) -> list[Call]:
        """Every function in its files, with its tolerance.

        A version is verified by this list, so it must not depend on anything
        but what an export holds.
        """

    def require_contained(self, path: Path) -> None:
        """Looks at one of its files before anything of it runs.

        Args:
            path: The file, or the version folder where a call's path is that.

        Raises:
            RunError: for a file that would do more than compute.
        """


def load(name: str) -> Target:
    """The export target of that name; ConfigError where there is none."""
    return registry.load(registry.TARGETS, name, "--targets")
