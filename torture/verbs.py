"""One command for each verb that writes, as small as it can be, and where its results lie."""

import dataclasses
import itertools
import random
from collections.abc import Iterable
from typing import Any

SMALL = (
    "--dataset=digits",
    "--max_examples=40",
    "--image_size=12",
    "--model.filters=4,2",
    "--model.dense_sizes=",
    "--model.latent_dim=6",
    "--batch_size=32",
    "--epochs=2",
    "--validation_fraction=0.2",
)
FEW = tuple(flag for flag in SMALL if not flag.startswith("--model.latent_dim"))


@dataclasses.dataclass(frozen=True)
class Verb:
    """A command that writes.

    Attributes:
        arguments: Verb and flags.
        parts: What of the stage it needs.
        results: Beginnings of the paths of what it writes.
        again: What is added to run it again after it was stopped.
        once: Whether a second run makes something else, as another version.
    """

    arguments: tuple[str, ...]
    parts: tuple[str, ...]
    results: tuple[str, ...]
    again: tuple[str, ...] = ()
    once: bool = False

    @property
    def again_arguments(self) -> tuple[str, ...]:
        """The command as it can be given a second time."""
        return self.arguments + self.again


RUN = "--run_dir=run"
VERBS = {
    "train": Verb(("train", *SMALL, "--run_dir=trained"), (), ("trained/",), ("--resume",)),
    "search": Verb(
        ("search", *FEW, "--epochs=1", "--space=space.toml", "--tuner=random", "--max_trials=2",
         "--out=searched"),
        ("inputs",), ("searched/",), ("--resume",),
    ),
    "readout": Verb(
        ("readout", RUN, "--heads=linear,ridge", "--seed=1", "--nobaselines",
         "--labels_per_class=1"),
        ("run",), ("run/readouts/", "run/codes/"),
    ),
    "evaluate": Verb(
        ("evaluate", RUN, "--measures=reconstruction", "--heads=ridge", "--max_test_images=30",
         "--seed=1"),
        ("run",), ("run/evaluation/",),
    ),
    "report": Verb(
        ("report", RUN, "--figures=loss_by_epoch,filters_layer_1,reconstructions,confusion"),
        ("run",), ("run/report/", "run/figures/", "run/probes/"),
    ),
    "encode": Verb(("encode", RUN, "--out=codes.npz"), ("run",), ("codes.npz",)),
    "encode_parts": Verb(
        ("encode", RUN, "--rows_per_part=80", "--out=codes"), ("run",), ("codes/",), ("--resume",)
    ),
    "export": Verb(
        ("export", RUN, "--name=made", "--targets=keras", "--heads=ridge"),
        ("run",), ("saved_models/made/",), once=True,
    ),
    "transfer": Verb(
        ("transfer", "--saved_model=saved_models/small/1", "--dataset=digits", "--max_examples=40",
         "--heads=ridge", "--labels_per_class=", "--nobaselines", "--out=transferred"),
        ("version",), ("transferred/",),
    ),
    "dataset": Verb(("dataset", "--dataset=digits", "--out=looked"), (), ("looked/",)),
    "compare": Verb(
        ("compare", "--run_dirs=run", "--out=comparison"), ("run",), ("comparison/",)
    ),
}  # fmt: skip


def with_each(kinds: Iterable[Any], draw: random.Random, count: int) -> list[tuple[str, Any]]:
    """`count` pairs of a verb and a kind: each pair in turn, in an order drawn by the seed."""
    return in_turn(itertools.product(VERBS, kinds), draw, count)


def in_turn(every: Iterable[Any], draw: random.Random, count: int) -> list[Any]:
    """`count` items: each in turn, in an order drawn by the seed."""
    items = list(every)
    draw.shuffle(items)
    return list(itertools.islice(itertools.cycle(items), count))
