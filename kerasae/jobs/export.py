"""A finished run as a version folder: written, tried in a fresh process, published."""

import dataclasses
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from kerasae import registry
from kerasae.config import DataPlaceConfig
from kerasae.data.pipeline import Data
from kerasae.exporting import bundle, facts, golden, manifest, model_card, parity
from kerasae.exporting.call import TFLITE, Checked
from kerasae.exporting.exported import Exported, exported_head
from kerasae.readouts.readout import Readout
from kerasae.readouts.training_set_heads import load_heads
from kerasae.run_dir import RunDir
from kerasae.runs import open_run
from kerasae.runs.open_run import OpenRun

REPRESENTATIVE = 500
# Test images that every function is to be tried on; fewer where the dataset has no more.
TRIED = 256


@dataclasses.dataclass(frozen=True)
class Wish:
    """What is wanted, as the flags of `kerasae.export` say it.

    Attributes:
        targets: Names of export targets.
        heads: Names of heads to export as classifiers.
        seed: Draws the representative images and what is missing of the heads.
        data_dir: Folder of TFDS datasets.
        download: Whether TFDS may download.
    """

    targets: tuple[str, ...]
    heads: tuple[str, ...] = ()
    seed: int = 0
    data_dir: str | None = None
    download: bool | None = None


def export(run: RunDir, folder: Path, wish: Wish) -> tuple[Path, dict[str, Any]]:
    """Publishes a run as the next version.

    Args:
        run: A finished run; heads that are missing are fitted into it.
        folder: Of the model's versions, as from `bundle.check_place`.
        wish: What is wanted.

    Returns:
        The version folder and its manifest.

    Raises:
        RunError: for artefacts that fall short; nothing is published then.
    """
    with bundle.new_version(folder) as new:
        opened = open_run.open_run(run)
        place = DataPlaceConfig(wish.data_dir, wish.download)
        data, _ = open_run.load_data(opened, place.applied())
        with run.locked(wait=True):  # Another export of the same run may fit the same heads.
            readouts = _readouts(opened, data, place, wish)
        exported = Exported(
            opened.autoencoder,
            {
                name: exported_head(name, readouts[name], data.train.class_names)
                for name in wish.heads
            },
        )
        tried = _images_to_try(data)
        ranges, checked = _write_and_check(exported, new, data, readouts.get(parity.LINEAR), wish)
        content = {
            "name": folder.name,
            "version": int(new.name),
            **facts.of_run(opened, data, exported),
            "representative": {
                "split": "train",
                "images": min(REPRESENTATIVE, data.train.num_images),
                "seed": wish.seed,
            },
            "tried_on": {"split": "test", "images": tried, "wanted": TRIED},
            "ranges": ranges,
            "functions": manifest.functions(checked),
        }
        _seal(new, content, _shown(folder))
    published = folder / new.name
    return published, manifest.read(published)


def _readouts(
    opened: OpenRun, data: Data, place: DataPlaceConfig, wish: Wish
) -> dict[str, Readout]:
    """The heads to export, and the linear one, which an 8-bit encoder is judged by."""
    labels = data.train.labels
    judges = TFLITE in wish.targets and labels is not None and len(np.unique(labels)) >= 2
    names = tuple(dict.fromkeys((*wish.heads, *([parity.LINEAR] if judges else []))))
    if not names:
        return {}
    own = opened.config.data.dataset
    print(f"taking the heads {', '.join(names)} of {own}", file=sys.stderr)
    return load_heads(opened, names, place, wish.seed)


def _images_to_try(data: Data) -> int:
    """How many test images every function is tried on at least; says it where they are few."""
    if data.test.num_images >= TRIED:
        return TRIED
    print(
        f"Every function is tried on the {data.test.num_images} test images there are; {TRIED} "
        "are wanted, so its agreement with the model is known less well.",
        file=sys.stderr,
    )
    return data.test.num_images


def _write_and_check(
    exported: Exported, new: Path, data: Data, linear: Readout | None, wish: Wish
) -> tuple[dict[str, list[float]], list[Checked]]:
    """Writes every target and tries all of it in a fresh process.

    Returns:
        The smallest and the largest value of every output, and what was found.
    """
    representative = data.train.subset(REPRESENTATIVE, wish.seed).every_image()
    calls = []
    for name in wish.targets:
        target = load_target(name)
        print(f"writing {name}", file=sys.stderr)
        target.write(exported, new, representative)
        calls += target.calls(exported)
    test = data.test.subset(max(call.count for call in calls), wish.seed)
    judged = parity.Judged(test.every_image(), test.labels, linear and linear.predict)
    print("running everything in a process without kerasae", file=sys.stderr)
    expected = exported.expected(judged.images)
    checked = parity.check(exported, expected, new, calls, judged)
    golden.write(new, expected, checked)
    return {name: [float(a.min()), float(a.max())] for name, a in expected.items()}, checked


def load_target(name: str) -> ModuleType:
    """The export target of that name."""
    return registry.load(registry.TARGETS, name, "--targets")


def _shown(folder: Path) -> str:
    """A model's folder in a card: from here where it lies here, otherwise its last two parts.

    What is above them belongs to this machine and is nobody's business.
    """
    whole, here = folder.absolute(), Path.cwd()
    parts = whole.relative_to(here).parts if whole.is_relative_to(here) else whole.parts[-2:]
    return "/".join(parts)


def _seal(new: Path, content: dict[str, Any], shown: str) -> None:
    """Card and manifest, the card first: the manifest holds its hash."""
    with_sizes = {
        **content,
        "files": {
            path.relative_to(new).as_posix(): {"bytes": path.stat().st_size}
            for path in new.rglob("*")
            if path.is_file()
        },
    }
    model_card.write(new, with_sizes, shown)
    manifest.seal(new, content)
