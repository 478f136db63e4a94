"""A finished run as a version folder: written, tried in a fresh process, published."""

import dataclasses
import datetime
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np

import kerasae
from kerasae import registry
from kerasae import run_dir as files
from kerasae.config import DataConfig
from kerasae.data.pipeline import Data
from kerasae.evaluation import pca
from kerasae.evaluation.measures import reconstruction
from kerasae.exporting import bundle, golden, manifest, model_card, parity
from kerasae.exporting.call import Checked
from kerasae.exporting.exported import Exported, exported_head
from kerasae.jobs import evaluation_subject, open_run, transfer_run
from kerasae.jobs.open_run import OpenRun
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import samples
from kerasae.readouts.readout import Readout
from kerasae.run_dir import RunDir

TARGETS = "kerasae.exporting.targets"
REPRESENTATIVE = 500
BATCH = 500


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
    download: bool = True


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
    with run.locked(), bundle.new_version(folder) as new:
        opened = open_run.open_run(run)
        own = opened.config.data.dataset
        wanted = DataConfig(dataset=own, data_dir=wish.data_dir, download=wish.download)
        data, _ = open_run.load_data(opened, wanted, resize=False)
        readouts = _readouts(opened, data, wanted, wish)
        exported = Exported(
            opened.autoencoder,
            {
                name: exported_head(name, readouts[name], data.train.class_names)
                for name in wish.heads
            },
        )
        ranges, checked = _write_and_check(exported, new, data, readouts.get(parity.LINEAR), wish)
        content = {
            "name": folder.name,
            "version": int(new.name),
            **_content(opened, data, exported, wish),
            "ranges": ranges,
            "functions": manifest.functions(checked),
        }
        _seal(new, content)
    published = folder / new.name
    return published, manifest.read(published)


def _readouts(opened: OpenRun, data: Data, wanted: DataConfig, wish: Wish) -> dict[str, Readout]:
    """The heads to export, and the linear one, which the 8-bit encoder is judged by."""
    labels = data.train.labels
    judged = () if labels is None or len(np.unique(labels)) < 2 else (parity.LINEAR,)
    names = tuple(dict.fromkeys((*wish.heads, *judged)))
    if not names:
        return {}
    print(f"taking the heads {', '.join(names)} of {wanted.dataset}", file=sys.stderr)
    return transfer_run.own_heads(opened, names, wanted, wish.seed)


def _write_and_check(
    exported: Exported, new: Path, data: Data, linear: Readout | None, wish: Wish
) -> tuple[dict[str, list[float]], list[Checked]]:
    """Writes every target and tries all of it in a fresh process.

    Returns:
        The smallest and the largest value of every output, and what was found.
    """
    representative = _representative(data, wish.seed)
    calls = []
    for name in wish.targets:
        target = load_target(name)
        print(f"writing {name}", file=sys.stderr)
        target.write(exported, new, representative)
        calls += target.calls(exported)
    test = evaluation_subject.drawn(data.test, max(call.count for call in calls), wish.seed)
    images = np.concatenate([batch.numpy() for batch in test.batches(BATCH)])
    judged = parity.Judged(
        np.rint(images * 255).astype(np.uint8), test.labels, linear and linear.predict
    )
    print("running everything in a process without kerasae", file=sys.stderr)
    expected = exported.expected(judged.images)
    checked = parity.check(exported, expected, new, calls, judged)
    golden.write(new, expected, checked)
    return {name: [float(a.min()), float(a.max())] for name, a in expected.items()}, checked


def load_target(name: str) -> ModuleType:
    """The export target of that name."""
    return registry.load(TARGETS, name, "--targets")


def _representative(data: Data, seed: int) -> np.ndarray:
    """Training images as the training pipeline gives them, back in uint8, drawn by seed."""
    order = np.random.default_rng(seed).permutation(data.train.num_images)
    drawn = samples.take(data.train, np.sort(order[:REPRESENTATIVE]))
    return np.rint(drawn * 255).astype(np.uint8)


def _content(opened: OpenRun, data: Data, exported: Exported, wish: Wish) -> dict[str, Any]:
    """What the manifest tells of the run, without any path of this machine."""
    config, environment = (
        files.read_json(path) for path in (opened.run.config, opened.run.environment)
    )
    height, width, channels = opened.autoencoder.image_shape
    told = ("dataset", "classes", "train_images", "validation_images", "test_images")
    trained_with = ("kerasae", "commit", "python", "packages", "platform")
    return {
        "kerasae": kerasae.__version__,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "settings": config["settings"],
        "data": {name: config[name] for name in told},
        "trained_with": {name: environment.get(name) for name in trained_with},
        "image": {
            "height": height, "width": width, "channels": channels,
            "dtype": "uint8, or float32 where a function takes `unit`",
            "range": "0 to 255, or 0 to 1",
        },
        "code": {"size": opened.autoencoder.code_size, "dtype": "float32"},
        "metrics": files.read_json(opened.run.metrics),
        "baselines": _baselines(data, opened.autoencoder.code_size),
        "readouts": _accuracies(opened.run),
        "heads": {
            name: {"name": name, "labels": head.labels, "classes": head.classes}
            for name, head in exported.heads.items()
        },
        "representative": {
            "split": "train",
            "images": min(REPRESENTATIVE, data.train.num_images),
            "seed": wish.seed,
        },
    }  # fmt: skip


def _baselines(data: Data, code_size: int) -> dict[str, dict[str, float]]:
    """What the reconstruction has to beat."""
    print("measuring principal components, for comparison", file=sys.stderr)
    components = pca.fit(data.train, code_size)
    size = components.code_size
    mean = components.model.get_layer("components").get_weights()[1]
    image = keras.Input(data.image_shape)
    code = keras.layers.GlobalAveragePooling2D(name="code")(image)
    constant = keras.layers.Dense(mean.size, kernel_initializer="zeros")
    output = keras.layers.Reshape(data.image_shape)(constant(code))
    constant.set_weights([np.zeros((data.image_shape[-1], mean.size)), mean])
    mean_image = Autoencoder.from_model(keras.Model(image, output))
    return {
        f"{size} principal components": reconstruction.quality(components, data.test),
        "the mean training image": reconstruction.quality(mean_image, data.test),
    }


def _accuracies(run: RunDir) -> list[dict[str, Any]]:
    """Accuracy of every readout of the code that the run holds, baselines too."""
    rows, beside = [], []
    for path in sorted(run.readouts.glob("*/*.json")):
        result, dataset = files.read_json(path), path.parent.name
        if path.stem != "baselines":
            rows.append({"title": path.stem, "dataset": dataset, "accuracy": result["accuracy"]})
            continue
        for name, by_head in result["accuracy"].items():
            beside += [
                {"title": f"{head}, of {name}", "dataset": dataset, "accuracy": accuracy}
                for head, accuracy in by_head.items()
            ]
    return rows + beside


def _seal(new: Path, content: dict[str, Any]) -> None:
    """Card and manifest, the card first: the manifest holds its hash."""
    with_sizes = {
        **content,
        "files": {
            path.relative_to(new).as_posix(): {"bytes": path.stat().st_size}
            for path in new.rglob("*")
            if path.is_file()
        },
    }
    model_card.write(new, with_sizes)
    manifest.seal(new, content)
