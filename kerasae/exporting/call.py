"""One function of one exported file: what it takes, what it has to give, how exactly."""

import dataclasses
from typing import Any

SAVED_MODEL, TFLITE, KERAS = "saved_model", "tflite", "keras"


@dataclasses.dataclass(frozen=True)
class Call:
    """A function to be tried.

    Attributes:
        target: The export target that wrote the file.
        path: The file, from the version folder on; `.` is the folder itself.
        function: A SavedModel's signature; empty for a file of one function.
        given: `image` (uint8), `unit` (the image as float32 in [0, 1]) or `code`.
        expected: Name of the right answer among those of `Exported.expected`.
        answer: Which of several outputs is meant; empty for the only one.
        tolerance: Largest difference, relative to the right answer's largest
            absolute value; None for 8-bit files, which are judged by their effect.
        count: Images to try it with, at most.
    """

    target: str
    path: str
    function: str
    given: str
    expected: str
    answer: str
    tolerance: float | None
    count: int

    @property
    def title(self) -> str:
        """How it is called in a message."""
        if self.function:
            return f"{self.target} signature '{self.function}'"
        return self.path


@dataclasses.dataclass(frozen=True)
class Checked:
    """A call that passed.

    Attributes:
        call: What was run.
        found: Ready for JSON: what the file tells of its `input` and `output`,
            `images`, `batch_sizes`, and `difference`, or for 8-bit files `effects`.
        answers: The array that it gave, as stored, to all images.
    """

    call: Call
    found: dict[str, Any]
    answers: Any
