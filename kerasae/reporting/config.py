"""What is drawn of runs and compared; the flags of `kerasae.report` and `kerasae.compare`."""

import dataclasses
from pathlib import Path

from kerasae import registry
from kerasae.config import FilePath, option, part, require, require_known
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.options import check_options

ALL = "all"


@dataclasses.dataclass(frozen=True)
class ReportConfig:
    """Figures and the page of a run."""

    figures: tuple[str, ...] = option(
        (ALL,),
        lambda: (
            f"which figures: {', '.join(registry.names(registry.PLOTS))}; all draws those that "
            "the run has the files for"
        ),
    )
    place: DataPlaceConfig = part("Data", DataPlaceConfig)

    def __post_init__(self):
        require(bool(self.figures), "--figures must name at least one.", figures=self.figures)
        for name in self.figures:
            require_known("--figures", name, (*registry.names(registry.PLOTS), ALL))


@dataclasses.dataclass(frozen=True)
class ComparisonConfig:
    """The runs of one table."""

    run_dirs: tuple[FilePath, ...] = option(
        (),
        "finished runs, or folders of several seeds, which become one row each",
        required=True,
    )
    out: FilePath = option("runs/comparison", "folder for table.md, table.csv and pictures")

    def __post_init__(self):
        check_options(self)
        names = {self.row_name(folder) for folder in self.run_dirs}
        require(
            len(names) == len(self.run_dirs),
            "--run_dirs must have different names.",
            run_dirs=self.run_dirs,
        )
        out = Path(self.out)
        require(not out.exists() or out.is_dir(), "--out must be a folder.", out=self.out)

    @staticmethod
    def row_name(folder: str) -> str:
        """Name of a folder's row in the table."""
        return Path(folder).resolve().name
