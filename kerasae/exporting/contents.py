"""The functions that an export has, from the names of its heads alone."""

import dataclasses

from kerasae.names import (
    AUTOENCODER,
    CODE,
    DECODER,
    ENCODER,
    IMAGE,
    RECONSTRUCTION,
    SCORES,
    classifier_of,
    scores_of,
)

# Of the manifests that are written, and of those that are read.
FORMAT = 2
KNOWN_FORMATS = (1, FORMAT)
# Of files that come in several.
INT8 = "int8"
PRECISIONS = ("float32", "float16", INT8)


@dataclasses.dataclass(frozen=True)
class Part:
    """A function from one tensor to one tensor.

    Attributes:
        given: `image` (in [0, 1], the model's size) or `code`.
        gives: `code`, `reconstruction` or `scores`.
        expected: Its output's name among those of `Exported.expected`.
    """

    given: str
    gives: str
    expected: str


@dataclasses.dataclass(frozen=True)
class Contents:
    """What an export holds, without any model: enough to know every function of it.

    Attributes:
        heads: Names of the classifiers.
        precisions: Of `PRECISIONS`, those of files that come in several.
        format: Of the manifest. With 1, a SavedModel had no signatures at the model's
            own size, and a `.tflite` file had one function.
    """

    heads: tuple[str, ...] = ()
    precisions: tuple[str, ...] = PRECISIONS
    format: int = FORMAT

    @property
    def parts(self) -> dict[str, Part]:
        """The functions that can be files of their own, by file name."""
        return {
            ENCODER: Part(IMAGE, CODE, CODE),
            DECODER: Part(CODE, RECONSTRUCTION, RECONSTRUCTION),
            AUTOENCODER: Part(IMAGE, RECONSTRUCTION, RECONSTRUCTION),
            **{classifier_of(name): Part(IMAGE, SCORES, scores_of(name)) for name in self.heads},
        }
