"""What is read out, with what; the flags of `kerasae.readout` and `kerasae.transfer`."""

import dataclasses
from typing import Any, Literal

from kerasae import names, registry
from kerasae.bounds import SEED
from kerasae.config import option, part, require, require_known
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.options import check_options
from kerasae.plugin_flags import PluginFlags

ALL = "all"
HEADS = PluginFlags("heads", registry.HEADS, "{plugin}.{option}", "Readout {plugin}")


@dataclasses.dataclass(frozen=True)
class ReadoutConfig:
    """Readouts of one dataset's codes.

    Attributes:
        head_configs: A head's frozen `Config` by its name, where it isn't the default.
    """

    heads: tuple[str, ...] = option(
        ("linear", "ffn"),
        lambda: (
            f"which heads: {', '.join(registry.names(registry.HEADS))}; with --help, the "
            "options of the heads that are given"
        ),
    )
    layer: str = option(names.CODE, "encoder layer to read; all shows accuracy layer by layer")
    seed: int = option(0, "draws initial weights, held-out codes and labels", bounds=SEED)
    labels_per_class: tuple[str, ...] = option(
        (), "also measure accuracy against the number of labels, by ridge: 1,3,10,30,100,all"
    )
    keep_codes: Literal["code", "all", "none"] = option(
        "code",
        "codes that stay in the folder codes/ for the next readout: those of the code alone, of "
        "every layer, which may be 500 MB each, or none",
    )
    baselines: bool = option(
        True,
        "also read out pixels and principal components, and of a run an untrained encoder and one "
        "trained with labels",
        group="Baselines",
    )
    fine_tune: bool = option(
        False,
        "also train encoder and a softmax layer together with the labels, from the run's weights "
        "on, and read that encoder's code out; the run stays as it is",
        group="Baselines",
    )
    full: bool = option(
        False,
        "read the baselines out with all of --heads, not with linear and ridge only",
        group="Baselines",
    )
    data: AppliedDataConfig = part("Data", AppliedDataConfig)
    head_configs: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        require(
            bool(self.heads or self.baselines or self.fine_tune or self.labels_per_class),
            "--heads must name at least one, where neither baselines, fine-tuning nor labels per "
            "class are asked for.",
            heads=self.heads,
        )
        for head in self.heads:
            require_known("--heads", head, registry.names(registry.HEADS))
        check_options(self)
        require(
            all(_is_count(count) for count in self.labels_per_class),
            "--labels_per_class must be positive numbers or all, as in 1,3,10,30,100,all.",
            labels_per_class=self.labels_per_class,
        )

    def head_config(self, head: str) -> Any:
        """The `Config` of a head, its defaults where nothing else was given."""
        return (
            self.head_configs.get(head) or registry.load(registry.HEADS, head, "--heads").Config()
        )


@dataclasses.dataclass(frozen=True)
class TransferConfig(ReadoutConfig):
    """Readouts of an exported encoder, of which the code is all there is."""

    labels_per_class: tuple[str, ...] = option(
        ("1", "3", "10", "30", "100", ALL),
        "also measure accuracy against the number of labels, by ridge",
    )
    layer: str = names.CODE
    fine_tune: bool = False

    def __post_init__(self):
        super().__post_init__()
        require(bool(self.heads), "--heads must name at least one.", heads=self.heads)


def _is_count(count: str) -> bool:
    return count == ALL or (count.isdecimal() and len(count) < 10 and int(count) >= 1)
