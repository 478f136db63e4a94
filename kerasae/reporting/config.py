"""What is drawn of a run; the flags of `kerasae.report`."""

import dataclasses

from kerasae import registry
from kerasae.config import DataPlaceConfig, option, part, require, require_known

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
