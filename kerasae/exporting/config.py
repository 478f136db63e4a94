"""Settings of an export, checked without TensorFlow."""

import dataclasses
import importlib.util

from kerasae import registry
from kerasae.bounds import SEED
from kerasae.config import option, part, require, require_known
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.exporting.contents import INT8, PRECISIONS
from kerasae.options import check_options


def default_targets() -> tuple[str, ...]:
    """The export targets that are written where none is named."""
    return tuple(
        name
        for name in registry.names(registry.TARGETS)
        if registry.constant(registry.TARGETS, name, "DEFAULT")
    )


def exportable_heads() -> tuple[str, ...]:
    """The heads that can be part of an exported graph."""
    return tuple(
        name
        for name in registry.names(registry.HEADS)
        if registry.constant(registry.HEADS, name, "EXPORTABLE")
    )


def missing(target: str) -> str:
    """What an export target lacks in this environment, as a message; empty where it is nothing."""
    needed = registry.constant(registry.TARGETS, target, "REQUIRES")
    absent = [name for name in needed if importlib.util.find_spec(name) is None]
    if not absent:
        return ""
    return f"{target} needs {' and '.join(absent)}: pip install 'kerasae[{target}]'."


@dataclasses.dataclass(frozen=True)
class ExportConfig:
    """Content of a version folder."""

    targets: tuple[str, ...] = option(
        default_targets(),
        lambda: f"what to write: {', '.join(registry.names(registry.TARGETS))}",
    )
    heads: tuple[str, ...] = option(
        (),
        lambda: (
            "readouts on the run's own dataset to ship as classifiers: "
            f"{', '.join(exportable_heads())}; fitted where they aren't there yet"
        ),
    )
    precisions: tuple[str, ...] = option(
        PRECISIONS,
        f"of .tflite files: {', '.join(PRECISIONS)}; {INT8} is refused where it costs too much "
        "accuracy",
    )
    seed: int = option(0, "samples images for the ranges of 8-bit files; fits heads", bounds=SEED)

    place: DataPlaceConfig = part("Data", DataPlaceConfig)

    def __post_init__(self):
        require(bool(self.targets), "--targets must name at least one.", targets=self.targets)
        require(
            bool(self.precisions),
            "--precisions must name at least one.",
            precisions=self.precisions,
        )
        for flag, known in (
            ("targets", registry.names(registry.TARGETS)),
            ("heads", registry.names(registry.HEADS)),
            ("precisions", PRECISIONS),
        ):
            chosen = getattr(self, flag)
            require(len(set(chosen)) == len(chosen), f"--{flag} names one twice.", **{flag: chosen})
            for name in chosen:
                require_known(f"--{flag}", name, known)
        for name in self.targets:
            require(not missing(name), f"--targets: {missing(name)}", targets=self.targets)
        left_out = [name for name in self.heads if name not in exportable_heads()]
        require(
            not left_out,
            f"--heads: {', '.join(left_out)} can't be exported: it is no Keras model.",
            heads=self.heads,
        )
        check_options(self)
