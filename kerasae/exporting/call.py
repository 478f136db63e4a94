"""One function of one exported file: its input, the output to expect, its tolerance."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

SAVED_MODEL = "saved_model.pb"


@dataclasses.dataclass(frozen=True)
class Call:
    """A function to be tried.

    Attributes:
        target: The export target that wrote the file.
        path: The file, from the version folder on; `.` is the folder itself.
        function: A signature; empty for a file of one function.
        given: `image` (uint8), `unit` (the image as float32 in [0, 1]) or `code`.
        expected: Name of the correct output among those of `Exported.expected`.
        output: Name of the output that is compared; empty for the only one.
        tolerance: Largest difference, relative to the correct output's largest
            absolute value; None for 8-bit files, which are judged by their effect.
        count: Images to try it with, at most.
    """

    target: str
    path: str
    function: str
    given: str
    expected: str
    output: str
    tolerance: float | None
    count: int

    @property
    def file(self) -> str:
        """The file that holds it, from the version folder on."""
        return SAVED_MODEL if self.path == "." else self.path

    @property
    def golden(self) -> str:
        """Name of the outputs that it has to give, in `golden.npz`.

        Of an 8-bit file's functions each has its own: they round in other places.
        """
        if self.tolerance is not None:
            return self.expected
        return f"{self.path}/{self.function}" if self.function else self.path

    @property
    def title(self) -> str:
        """The function's name in a message."""
        if not self.function:
            return self.path
        return f"{self.target if self.path == '.' else self.path} signature '{self.function}'"


def label(path: str, function: str) -> str:
    """A function in a table."""
    if path == ".":
        return function
    return f"{path}, {function}" if function else path


@dataclasses.dataclass(frozen=True)
class CheckedCall:
    """A call that passed.

    Attributes:
        call: The function.
        found: Ready for JSON: the details of its `input` and `output`, `images`,
            `batch_sizes`, and `difference`, or for 8-bit files `effects`.
        outputs: Its outputs for all images, as stored.
    """

    call: Call
    found: dict[str, Any]
    outputs: np.ndarray
