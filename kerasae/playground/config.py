"""Settings of `play`; without TensorFlow."""

import dataclasses
from pathlib import Path

from kerasae.bounds import Bounds
from kerasae.config import FilePath, option, require
from kerasae.options import check_options


@dataclasses.dataclass(frozen=True)
class PlayConfig:
    """Which export, and where its page goes."""

    saved_model: FilePath | None = option(None, "a version folder of kerasae.export", required=True)
    static: FilePath | None = option(
        None,
        "a new or empty folder for the page and all it needs, for any web server; nothing is "
        "served then",
    )
    port: int = option(
        0, "of this machine's own address; 0 takes a free one", bounds=Bounds(0, 65_535)
    )
    dataset: str | None = option(
        None,
        "the export's own dataset where it lies now, as in folder:PATH; its test images are what "
        "drawings are compared with",
        group="Data",
        shown_default="as the card has it",
    )
    data_dir: FilePath | None = option(
        None,
        "folder of TFDS datasets; without it $TFDS_DATA_DIR, then ~/tensorflow_datasets. Nothing "
        "is downloaded",
        group="Data",
    )

    def __post_init__(self):
        check_options(self)
        require(
            self.path.is_dir(),
            "--saved_model must be a version folder of kerasae.export.",
            saved_model=self.path,
        )
        if self.folder:
            empty = not self.folder.exists() or (
                self.folder.is_dir() and not any(self.folder.iterdir())
            )
            require(empty, "--static must be a new or empty folder.", static=self.folder)
            require(not self.port, "--port goes without --static.", port=self.port)

    @property
    def path(self) -> Path:
        """The version folder."""
        return Path(self.saved_model)

    @property
    def folder(self) -> Path | None:
        """Where the page is written; None where it is served."""
        return Path(self.static) if self.static else None
