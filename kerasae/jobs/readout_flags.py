"""The flags of whatever reads codes out, without TensorFlow."""

from typing import Any

from kerasae import registry
from kerasae.cli_flags import CommandLine
from kerasae.config import require, require_known

ALL_LABELS = "all"


def define(line: CommandLine, labels_per_class: tuple[str, ...], baselines: str) -> None:
    """Adds the groups Readout and Baselines.

    Args:
        line: The command line.
        labels_per_class: The default of that flag.
        baselines: Which baselines there are, for the help.
    """
    known = ", ".join(registry.names(registry.HEADS))
    line.add("Readout", "heads", tuple[str, ...], ("linear", "ffn"), f"which heads: {known}")
    line.add("Readout", "seed", int, 0, "draws initial weights, held-out codes and labels")
    line.add(
        "Readout",
        "labels_per_class",
        tuple[str, ...],
        labels_per_class,
        "also draw accuracy against the number of labels, by ridge: 1,3,10,30,100,all",
    )
    line.add("Baselines", "baselines", bool, True, f"also read out {baselines}")
    line.add(
        "Baselines", "full", bool, False, "read the baselines out with all of --heads, not with "
        "linear and ridge only",
    )  # fmt: skip


def check(value: dict[str, Any]) -> None:
    """Checks the values of `define`'s flags, by name.

    Raises:
        ConfigError: for heads, a seed or numbers of labels that can't be.
    """
    require(bool(value["heads"]), "--heads must name at least one.", heads=value["heads"])
    for head in value["heads"]:
        require_known("--heads", head, registry.names(registry.HEADS))
    seed, counts = value["seed"], value["labels_per_class"]
    require(0 <= seed < 2**31, "--seed must be 0 or more, below 2147483648.", seed=seed)
    require(
        all(count == ALL_LABELS or (count.isdecimal() and int(count) >= 1) for count in counts),
        "--labels_per_class must be positive numbers or all, as in 1,3,10,30,100,all.",
        labels_per_class=counts,
    )
