"""Which exported encoder to use, as flags say it; without TensorFlow."""

import dataclasses
from pathlib import Path

from kerasae.bounds import IMAGE_SIZE
from kerasae.config import ConfigError, FilePath, option, require
from kerasae.data.config import DataConfig
from kerasae.exporting.call import SAVED_MODEL

# The signature of kerasae's own SavedModels that makes codes of images.
ENCODE = "encode"
TFLITE_SUFFIX = ".tflite"


@dataclasses.dataclass(frozen=True)
class ArtefactConfig:
    """A file, and the function of it that makes codes of images."""

    saved_model: FilePath | None = option(
        None,
        "a version folder of kerasae.export, the folder of any SavedModel, or a .tflite file",
    )
    signature: str | None = option(
        None, f"the function of a SavedModel that makes codes of images; {ENCODE} where not given"
    )
    trust: bool = option(
        False,
        "run a SavedModel also where its graph has operations that can read and write files, "
        "start processes, use the network or call Python: it may then do to this machine what "
        "you may; only for a file whose author you trust",
    )
    image_size: tuple[int, ...] = option(
        (),
        "height and width to give an encoder that takes any; the dataset's own where not given",
        bounds=IMAGE_SIZE,
        group="Data",
    )

    def __post_init__(self):
        require(
            self.signature is None or self.saved_model is not None,
            "--signature goes with --saved_model.",
            signature=self.signature,
        )
        require(
            not self.trust or self.saved_model is not None,
            "--trust goes with --saved_model.",
            trust=self.trust,
        )
        require(
            not self.image_size or self.saved_model is not None,
            "--image_size goes with --saved_model.",
            image_size=self.image_size,
        )
        DataConfig(image_size=self.image_size)

    @property
    def path(self) -> Path:
        """The folder or file."""
        return Path(self.saved_model)

    def require_model(self) -> None:
        """Refuses a path that holds no model, and a signature of a file that has none.

        Raises:
            ConfigError: where the file isn't one.
        """
        path = self.path
        require(
            path.is_dir() or path.is_file(),
            "--saved_model must be a folder or a .tflite file.",
            saved_model=path,
        )
        if path.is_dir():
            if not (path / SAVED_MODEL).is_file():
                raise ConfigError(
                    f"--saved_model={path} holds no SavedModel: it has no {SAVED_MODEL}."
                )
            return
        require(
            path.suffix == TFLITE_SUFFIX,
            "--saved_model must be a SavedModel's folder or a .tflite file.",
            saved_model=path,
        )
        require(
            self.signature is None,
            "--signature goes with a SavedModel; a .tflite file has one function.",
            signature=self.signature,
        )
