"""Any image dataset that TensorFlow Datasets knows by name, or that lies prepared in a folder."""

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.config import ConfigError, RunError, require
from kerasae.data import content, sources
from kerasae.data.dataset_name import DatasetName
from kerasae.data.spec import DatasetSpec

ARGUMENT = "NAME"
VERSIONED = True
HELP = "any image dataset of TFDS by name: mnist, fashion_mnist, emnist/letters, mnist:3.0.1"

DATA_DIR_VARIABLE = "TFDS_DATA_DIR"
DEFAULT_DATA_DIR = "~/tensorflow_datasets"  # TFDS's own
NETWORK_TIMEOUT_SECONDS = 8
PARSED_AT_ONCE = 1_024


class TfdsSource:
    """A prepared TFDS dataset as a `Source`."""

    def __init__(self, builder):
        self._builder = builder
        self._image_key, self._label_key = _feature_keys(builder)
        image = builder.info.features[self._image_key]
        height, width, channels = image.shape
        splits = _splits(builder)
        self.spec = DatasetSpec(
            name=_full_name(builder),
            image_shape=(height, width, channels),
            classes=self._class_names(),
            splits=splits,
            sizes={split: builder.info.splits[name].num_examples for split, name in splits.items()},
            default_image_size=None,
            licence=builder.info.redistribution_info.license or "not stated by TFDS",
            citation=builder.info.citation,
            content=self._content(splits),
        )

    def _content(self, splits: dict[str, str]) -> str:
        """Digest of the features that are read and of both splits' files, see `file_bytes`."""
        info = self._builder.info
        image, files, parts = info.features[self._image_key], {}, {}
        for split, name in splits.items():
            instructions = info.splits[name].file_instructions
            files |= dict.fromkeys(Path(part.filename) for part in instructions)
            parts[split] = [
                (list(files).index(Path(part.filename)), part.skip, part.take)
                for part in instructions
            ]
        facts = {
            "features": [self._image_key, self._label_key],
            "image_shape": image.shape,
            "classes": self._class_names(),
            "parts": parts,
        }
        try:
            return content.digest(facts, content.file_bytes(files))
        except OSError as error:
            raise RunError(
                f"The files of {_full_name(self._builder)} can't be read: {error}."
            ) from None

    def _class_names(self):
        if self._label_key is None:
            return None
        return tuple(self._builder.info.features[self._label_key].names)

    def records(self, split, positions):
        import tensorflow as tf

        wanted = np.zeros(self.spec.sizes[split], bool)
        wanted[positions] = True
        keys = [self._image_key, *([self._label_key] if self._label_key else [])]
        every_feature = self._builder.info.features.tf_example_spec
        features = {key: every_feature[key] for key in keys}

        def parse(examples, chosen):
            parsed = tf.io.parse_example(tf.boolean_mask(examples, chosen), features)
            images = parsed[self._image_key]
            no_labels = tf.fill(tf.shape(images), tf.constant(-1, tf.int64))
            return images, parsed.get(self._label_key, no_labels)

        # A shard with other records than TFDS knows of is an error, not a shorter split.
        every = tf.data.experimental.assert_cardinality(len(wanted))(self._examples(split))
        marked = tf.data.Dataset.zip((every, tf.data.Dataset.from_tensor_slices(wanted)))
        return marked.batch(PARSED_AT_ONCE).map(parse).unbatch()

    def _examples(self, split):
        """Every example of a split as it is stored, shard after shard.

        TFDS's own `as_dataset` parses one example at a time, also those that
        nobody wants, which takes longer than decoding those that are.
        """
        import tensorflow as tf
        from tensorflow_datasets.core.file_adapters import ADAPTER_FOR_FORMAT

        info = self._builder.info
        parts = info.splits[self.spec.splits[split]].file_instructions
        read = ADAPTER_FOR_FORMAT[info.file_format].make_tf_data
        return tf.data.Dataset.from_tensor_slices(
            {
                "path": [str(part.filename) for part in parts],
                "skip": np.array([part.skip for part in parts], np.int64),
                "take": np.array([part.take for part in parts], np.int64),
            }
        ).flat_map(lambda part: read(part["path"]).skip(part["skip"]).take(part["take"]))

    def decode(self, stored):
        return self._builder.info.features[self._image_key].decode_example(stored)


def open_source(name: DatasetName, data_dir: str | None, download: bool) -> TfdsSource:
    """Opens a dataset by its TFDS name, preparing it first where it isn't.

    Args:
        name: Its argument is as for `tfds.builder`: `mnist`, `emnist/letters`.
        data_dir: Folder of prepared datasets; None for `$TFDS_DATA_DIR`, then
            TFDS's own default.
        download: Whether an unprepared dataset may be downloaded.

    Raises:
        ConfigError: for an unknown name, a folder that isn't there, a dataset
            that is not prepared and can't be downloaded, or one without 8-bit
            images of 1 or 3 channels.
        RunError: where preparing it failed.
    """
    import tensorflow_datasets as tfds

    folder = _data_dir(data_dir)
    try:
        builder = tfds.builder(_tfds_name(name), data_dir=folder, try_gcs=False)
    except tfds.core.DatasetNotFoundError:
        raise ConfigError(
            f"--dataset={name} is not a dataset that TFDS knows. {_known_offline(folder)}"
        ) from None
    except (ValueError, AssertionError, ImportError) as error:
        # A version, configuration or library that isn't there, in TFDS's own words.
        raise ConfigError(
            f"--dataset={name} can't be opened: {str(error).splitlines()[0]} "
            f"{_known_offline(folder)}"
        ) from None
    if not builder.is_prepared():
        _prepare(builder, name, folder, download)
    return TfdsSource(builder)


def image_size(name: DatasetName, data_dir: str | None) -> tuple[int, int] | None:
    """`(height, width)` of a prepared dataset, read from its files without TensorFlow.

    None where the dataset isn't prepared or its images have no one size.

    Raises:
        ConfigError: where the user's folder of datasets isn't there.
    """
    described = _newest_features(_data_dir(data_dir), name)
    sizes = {size for path in described for size in _image_sizes(path)}
    if len(sizes) != 1:
        return None
    height, width = (int(size) for size in sizes.pop())
    return (height, width) if height > 0 and width > 0 else None


def _newest_features(folder: Path, name: DatasetName) -> list[Path]:
    """`features.json` of a dataset's newest version, in each of its configurations."""
    if name.argument.startswith("/") or ".." in name.argument.split("/"):
        return []
    newest: dict[Path, Path] = {}
    for path in (folder / name.argument).rglob(f"{name.version or '*'}/features.json"):
        configuration = path.parent.parent
        known = newest.setdefault(configuration, path)
        newest[configuration] = max(known, path, key=lambda found: _version(found.parent.name))
    return list(newest.values())


def _version(text: str) -> tuple[int, ...]:
    """A version's numbers: 10.0.0 is newer than 3.0.1."""
    return tuple(int(part) if part.isdecimal() else -1 for part in text.split("."))


def _image_sizes(path: Path) -> Iterator[tuple[str, str]]:
    """Height and width of every image feature in a `features.json`."""
    features = json.loads(path.read_text(encoding="utf-8"))
    for feature in features.get("featuresDict", {}).get("features", {}).values():
        if "image" in feature:
            yield tuple(feature["image"]["shape"]["dimensions"][:2])


def _tfds_name(name: DatasetName) -> str:
    """The name as TFDS reads it, with the version."""
    return f"{name.argument}:{name.version}" if name.version else name.argument


def _data_dir(data_dir: str | None) -> Path:
    """The folder of datasets; the user's own choice must exist."""
    for where, folder in (
        ("--data_dir", data_dir),
        (f"${DATA_DIR_VARIABLE}", os.environ.get(DATA_DIR_VARIABLE)),
    ):
        if folder:
            path = Path(files.expand_user(folder))
            if not path.is_dir():
                raise ConfigError(f"{where}={folder} is not a folder.")
            return path
    return Path(files.expand_user(DEFAULT_DATA_DIR))


def _known_offline(folder: Path) -> str:
    """Kinds of datasets, and those of TFDS that need no network, for messages."""
    prepared = sorted(
        path.parent.parent.relative_to(folder).as_posix()
        for depth in ("*/*", "*/*/*")
        for path in folder.glob(f"{depth}/dataset_info.json")
    )
    return (
        f"Known: {sources.known_kinds()}; prepared in {folder}: "
        f"{', '.join(dict.fromkeys(prepared)) or 'nothing'}. "
        f"--data_dir or ${DATA_DIR_VARIABLE} names another folder."
    )


def _prepare(builder, name: DatasetName, folder: Path, download: bool) -> None:
    """Downloads and prepares a dataset, or refuses it quickly, with the reason."""
    known = _known_offline(folder)
    require(
        download,
        f"--dataset={name} is not prepared and --nodownload was given. {known}",
        download=download,
    )
    problem = _network_problem(builder)
    if problem:
        raise ConfigError(
            f"--dataset={name} is not prepared in {folder} and can't be downloaded ({problem}). "
            f"{known} On a machine with a network, `tfds build {_tfds_name(name)}` prepares it in "
            "a folder that can be copied here."
        )
    try:
        builder.download_and_prepare()
    except Exception as error:  # TFDS passes on whatever the network or the files cause.
        raise RunError(f"TFDS could not prepare --dataset={name}: {error}") from error


def _network_problem(builder) -> str | None:
    """The reason why the dataset's first file can't be had, within seconds; None where it can.

    TFDS itself retries for minutes. The request runs in a thread of its own,
    since looking up a host name can't be given a time limit.
    """
    urls = sorted(builder.url_infos) or ["https://storage.googleapis.com/tfds-data"]
    outcome = ["no answer"]

    def ask():
        request = urllib.request.Request(urls[0], method="HEAD")
        try:
            with urllib.request.urlopen(request, timeout=NETWORK_TIMEOUT_SECONDS):
                outcome[0] = None
        except urllib.error.HTTPError as error:
            # Some servers refuse HEAD; any answer but "not found" is worth a try.
            outcome[0] = f"HTTP {error.code}" if error.code in (404, 410) else None
        except OSError as error:
            outcome[0] = f"no network: {getattr(error, 'reason', error)}"

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(NETWORK_TIMEOUT_SECONDS + 2)
    return outcome[0]


def _full_name(builder) -> str:
    """Name, configuration and version of an open dataset, as `DatasetName` reads them."""
    parts = [builder.name, *([builder.builder_config.name] if builder.builder_config else [])]
    return f"{'/'.join(parts)}:{builder.version}"


def _feature_keys(builder) -> tuple[str, str | None]:
    """Names of the image and of the label among the dataset's features."""
    import tensorflow_datasets as tfds

    features = builder.info.features
    images = [
        key
        for key, feature in features.items()
        if isinstance(feature, tfds.features.Image)
        and np.dtype(feature.np_dtype) == np.uint8
        and feature.shape[-1] in (1, 3)
    ]
    if not images:
        raise ConfigError(
            f"--dataset={builder.name} has no 8-bit image of 1 or 3 channels. "
            f"Received: features={', '.join(features)}."
        )
    labels = [
        key for key, feature in features.items() if isinstance(feature, tfds.features.ClassLabel)
    ]
    return (
        "image" if "image" in images else images[0],
        "label" if "label" in labels else (labels or [None])[0],
    )


def _splits(builder) -> dict[str, str]:
    """TFDS's names of train and test images; without a test part, a tenth of train is held out."""
    available = builder.info.splits
    if "train" not in available:
        raise ConfigError(
            f"--dataset={builder.name} has no train split. Received: {', '.join(available)}."
        )
    for name in ("test", "validation"):
        if name in available:
            return {"train": "train", "test": name}
    return {"train": "train[:90%]", "test": "train[90%:]"}
