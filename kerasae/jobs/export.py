"""A finished run as a version folder: written, tried in a fresh process, published."""

import logging
from pathlib import Path
from typing import Any

from kerasae import wording
from kerasae.data.pipeline import Data
from kerasae.exporting import bundle, clients, facts, golden, manifest, model_card, parity, target
from kerasae.exporting.call import CheckedCall
from kerasae.exporting.config import ExportConfig
from kerasae.exporting.exported import Exported, exported_head
from kerasae.exporting.manifest import Manifest
from kerasae.names import title
from kerasae.readouts.readout import Readout
from kerasae.readouts.training_set_heads import load_heads
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_own_data
from kerasae.runs.open_run import OpenRun, open_run

logger = logging.getLogger(__name__)

# Training images that show 8-bit files the range of every tensor.
REPRESENTATIVE_IMAGES = 500
# Test images that every function is to be tried on; fewer where the dataset has no more.
MIN_TRIED_IMAGES = 256


def export(run: RunDir, folder: Path, config: ExportConfig) -> tuple[Path, Manifest]:
    """Publishes a run as the next version.

    Args:
        run: A finished run; heads that are missing are fitted into it.
        folder: The folder of the model's versions, from `bundle.check_place`.
        config: What the version holds.

    Returns:
        The version folder and its manifest.

    Raises:
        RunError: for files that fall short; nothing is published then.
    """
    with bundle.new_version(folder) as new:
        opened = open_run(run)
        data, _ = load_own_data(opened, config.place)
        exported, linear = _exported(opened, data, config)
        ranges, checked = _write_and_check(exported, new, data, linear, config)
        content = {
            "name": folder.name,
            "version": int(new.name),
            **facts.describe_run(opened, data, exported),
            **_samples(data, config.seed),
            "clients": clients.tried(checked),
            "ranges": ranges,
            "functions": manifest.functions(checked),
        }
        _seal(new, content, _shown(folder))
    published = folder / new.name
    return published, manifest.read(published)


def _exported(opened: OpenRun, data: Data, config: ExportConfig) -> tuple[Exported, Readout | None]:
    """The autoencoder with its heads, and the linear one where files are judged by it."""
    with opened.run.locked(wait=True):  # Another export of the same run may fit the same heads.
        readouts = _readouts(opened, data, config)
    heads = {
        name: exported_head(name, readouts[name], data.train.class_names) for name in config.heads
    }
    trained = opened.config.data
    exported = Exported(
        opened.autoencoder, heads, config.precisions, (trained.fit, trained.background)
    )
    return exported, readouts.get(parity.LINEAR)


def _readouts(opened: OpenRun, data: Data, config: ExportConfig) -> dict[str, Readout]:
    """The heads to export, and the linear one where a target's files are judged by it."""
    names = dict.fromkeys(config.heads)
    if len(data.train.classes_present) >= 2 and len(data.test.classes_present):
        judged = any(target.load(name).NEEDS_LINEAR_READOUT for name in config.targets)
        names |= dict.fromkeys([parity.LINEAR] if judged else [])
    if not names:
        return {}
    logger.info(
        "taking the heads %s of %s", ", ".join(map(title, names)), opened.config.data.dataset
    )
    return load_heads(opened, tuple(names), config.place, config.seed)


def _samples(data: Data, seed: int) -> dict[str, dict[str, Any]]:
    """Which images the files were made and tried with; warns where they are few."""
    tried = min(MIN_TRIED_IMAGES, data.test.num_images)
    if tried < MIN_TRIED_IMAGES:
        logger.warning(
            "Every function is tried on the %d test images there are; %d are wanted, so its "
            "agreement with the model is known less well.",
            tried,
            MIN_TRIED_IMAGES,
        )
    return {
        "representative": {
            "split": "train",
            "images": min(REPRESENTATIVE_IMAGES, data.train.num_images),
            "seed": seed,
        },
        "tried_on": {"split": "test", "images": tried, "wanted": MIN_TRIED_IMAGES},
    }


def _write_and_check(
    exported: Exported, new: Path, data: Data, linear: Readout | None, config: ExportConfig
) -> tuple[dict[str, list[float]], list[CheckedCall]]:
    """Writes every target and tries all of it in a fresh process.

    Returns:
        The smallest and the largest value of every output, and the checked calls.
    """
    representative = data.train.subset(REPRESENTATIVE_IMAGES, config.seed).every_image()
    calls = []
    for name in config.targets:
        plugin = target.load(name)
        logger.info("writing %s", name)
        plugin.write(exported, new, representative)
        calls += plugin.calls(exported.contents)
    test = data.test.subset(max(call.count for call in calls), config.seed)
    labels = test.labels if len(test.classes_present) else None
    predict = None if linear is None or labels is None else linear.predict
    evaluation = parity.EvaluationImages(test.every_image(), labels, predict)
    logger.info("running everything in a process without kerasae")
    expected = exported.expected(evaluation.images)
    checked = parity.check(exported, expected, new, calls, evaluation)
    golden.write(new, expected, checked)
    return {name: [float(a.min()), float(a.max())] for name, a in expected.items()}, checked


def _shown(folder: Path) -> str:
    """A model's folder in a card: from here where it lies here, otherwise its last two parts.

    The parts above them belong to this machine and are nobody's business.
    """
    whole, here = folder.absolute(), Path.cwd()
    parts = whole.relative_to(here).parts if whole.is_relative_to(here) else whole.parts[-2:]
    return wording.one_line("/".join(parts))


def _seal(new: Path, content: dict[str, Any], shown: str) -> None:
    """Writes card and manifest, the card first: the manifest holds its hash."""
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
