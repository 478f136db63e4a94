"""Any image dataset that TensorFlow Datasets knows by name, or that lies prepared in a folder."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.config import ConfigError, DataConfig, RunError, require, shortened
from kerasae.data import (
    content,
    damage,
    held_out,
    sources,
    tfds_download,
    tfds_features,
    tfds_folder,
)
from kerasae.data.dataset_name import DatasetName
from kerasae.data.spec import UNLABELLED, DatasetSpec

ARGUMENT = "NAME"
VERSIONED = True
FEATURES = True
HELP = "any image dataset of TFDS by name: mnist, fashion_mnist, emnist/letters, mnist:3.0.1"

DATA_DIR_VARIABLE = "TFDS_DATA_DIR"
DEFAULT_DATA_DIR = "~/tensorflow_datasets"  # TFDS's own
PARSED_AT_ONCE = 1_024


class TfdsSource:
    """A prepared TFDS dataset as a `Source`."""

    def __init__(self, builder, config: DataConfig):
        info, self._builder, self._name = builder.info, builder, _full_name(builder)
        self._image_key = tfds_features.image_key(info, config.dataset, config.image)
        self._label_key = tfds_features.label_key(info, config.dataset, config.label)
        self._stored = _splits(builder)  # TFDS's own split that holds each of ours.
        self._numbers = self._whole_numbers(config.dataset)
        self._rows = self._divide(config.dataset)
        self.spec = DatasetSpec(
            name=self._name,
            image_shape=tuple(info.features[self._image_key].shape),
            classes=self._class_names(),
            splits=self._split_names(),
            sizes={split: len(rows) for split, rows in self._rows.items()},
            default_image_size=None,
            licence=info.redistribution_info.license or "not stated by TFDS",
            citation=info.citation,
            content=self._content(),
        )

    def _content(self) -> str:
        """Digest of the features that are read and of both splits' files, see `file_bytes`."""
        info = self._builder.info
        image, files, parts = info.features[self._image_key], {}, {}
        for split, name in self._stored.items():
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
            "splits": self._split_names(),
        }
        try:
            return content.digest(facts, content.file_bytes(files))
        except OSError as error:
            raise RunError(f"The files of {self._name} can't be read: {error}.") from None

    def _whole_numbers(self, dataset: str) -> np.ndarray | None:
        """What the classes are called where labels are plain whole numbers, ascending."""
        if self._label_key is None or not tfds_features.is_whole_number(
            self._builder.info.features[self._label_key]
        ):
            return None
        values = np.concatenate([self._stored_labels(name) for name in {*self._stored.values()}])
        return tfds_features.classes_of_numbers(values, dataset, self._label_key)

    def _class_names(self):
        if self._label_key is None:
            return None
        if self._numbers is not None:
            return tuple(map(str, self._numbers))
        return tuple(self._builder.info.features[self._label_key].names)

    def _divide(self, dataset: str) -> dict[str, np.ndarray]:
        """Positions of train and test images in TFDS's split that holds them, ascending."""
        splits = self._builder.info.splits
        rows = {split: np.arange(splits[name].num_examples) for split, name in self._stored.items()}
        if not self._is_held_out:
            return rows
        require(
            len(rows["train"]) >= 2,
            f"--dataset={dataset} has no test split, and too few images to hold one out.",
            images=len(rows["train"]),
        )
        test = held_out.test_positions(self._stored_labels(self._stored["train"]))
        return {"train": np.delete(rows["train"], test), "test": test}

    @property
    def _is_held_out(self) -> bool:
        return self._stored["train"] == self._stored["test"]

    def _split_names(self) -> dict[str, str]:
        if self._is_held_out:
            return held_out.describe(self._stored["train"], self._label_key is not None)
        return self._stored

    def records(self, split, positions):
        import tensorflow as tf

        stored = self._stored[split]
        wanted = np.zeros(self._builder.info.splits[stored].num_examples, bool)
        wanted[self._rows[split][positions]] = True
        features = self._parsed_features(self._image_key, self._label_key)

        def parse(examples, chosen):
            parsed = tf.io.parse_example(tf.boolean_mask(examples, chosen), features)
            images = parsed[self._image_key]
            no_labels = tf.fill(tf.shape(images), tf.constant(UNLABELLED, tf.int64))
            return images, self._class_numbers(parsed.get(self._label_key, no_labels))

        marks = tf.data.Dataset.from_tensor_slices(wanted)
        marked = tf.data.Dataset.zip((self._examples(stored), marks))
        return marked.batch(PARSED_AT_ONCE).map(parse).unbatch()

    def _class_numbers(self, labels):
        """Numbers of the classes of labels as they are stored."""
        import tensorflow as tf

        if self._numbers is None:
            return labels
        places = tf.searchsorted(self._numbers, labels, out_type=tf.int64)
        return tf.where(labels == UNLABELLED, tf.constant(UNLABELLED, tf.int64), places)

    def _stored_labels(self, stored: str) -> np.ndarray:
        """Labels of one of TFDS's splits as they are stored, without an image; -1 without any."""
        import tensorflow as tf

        from kerasae.data.untuned import untuned

        if self._label_key is None:
            return np.full(self._builder.info.splits[stored].num_examples, UNLABELLED)
        features = self._parsed_features(self._label_key)
        batches = self._examples(stored).batch(PARSED_AT_ONCE)
        labels = batches.map(lambda examples: tf.io.parse_example(examples, features))
        with damage.readable(self._name, self.find_damage):
            return np.concatenate(
                [part[self._label_key] for part in untuned(labels).as_numpy_iterator()]
            )

    def _parsed_features(self, *keys: str | None) -> dict:
        """How these features are stored."""
        every_feature = self._builder.info.features.tf_example_spec
        return {key: every_feature[key] for key in keys if key}

    def _examples(self, stored: str):
        """Every example of one of TFDS's splits as it is stored, shard after shard.

        TFDS's own `as_dataset` parses one example at a time, also those that
        nobody wants, which takes longer than decoding those that are.
        """
        import tensorflow as tf

        split = self._builder.info.splits[stored]
        parts, read = split.file_instructions, self._read
        examples = tf.data.Dataset.from_tensor_slices(
            {
                "path": [str(part.filename) for part in parts],
                "skip": np.array([part.skip for part in parts], np.int64),
                "take": np.array([part.take for part in parts], np.int64),
            }
        ).flat_map(lambda part: read(part["path"]).skip(part["skip"]).take(part["take"]))
        # A shard with other records than TFDS knows of is an error, not a shorter split.
        return examples.apply(tf.data.experimental.assert_cardinality(split.num_examples))

    @property
    def _read(self) -> Callable:
        """Makes a dataset of the records of one file."""
        from tensorflow_datasets.core.file_adapters import ADAPTER_FOR_FORMAT

        return ADAPTER_FOR_FORMAT[self._builder.info.file_format].make_tf_data

    def decode(self, stored):
        return self._builder.info.features[self._image_key].decode_example(stored)

    def find_damage(self):
        import tensorflow as tf

        for stored in dict.fromkeys(self._stored.values()):
            for part in self._builder.info.splits[stored].file_instructions:
                path = str(part.filename)
                try:
                    count = int(self._read(path).reduce(np.int64(0), lambda count, _: count + 1))
                except tf.errors.OpError as error:
                    return f"{path}: {damage.first_line(error.message)}"
                if count != part.examples_in_shard:
                    return f"{path} holds {count} records, and not {part.examples_in_shard}."
        return None


def open_source(name: DatasetName, config: DataConfig) -> TfdsSource:
    """Opens a dataset by its TFDS name, preparing it first where it isn't.

    Args:
        name: Its argument is as for `tfds.builder`: `mnist`, `emnist/letters`.
        config: Of it `data_dir`, the folder of prepared datasets, None for
            `$TFDS_DATA_DIR`, then TFDS's own default; `download`; `image` and
            `label`.

    Raises:
        ConfigError: for an unknown name, a folder that isn't there, a dataset
            that is not prepared and can't be downloaded, one without 8-bit
            images of 1 or 3 channels, or one of which it isn't known which
            image or label is meant.
        RunError: where preparing it failed, or its files are damaged.
    """
    import tensorflow_datasets as tfds

    folder = _data_dir(config.data_dir)
    _require_name(name, folder)
    with _described(name, folder):
        try:
            builder = tfds.builder(_tfds_name(name), data_dir=folder, try_gcs=False)
        except tfds.core.DatasetNotFoundError:
            _require_undamaged(name, folder)
            raise ConfigError(
                f"--dataset={name} is not a dataset that TFDS knows. {_known_offline(folder)}"
            ) from None
        if not builder.is_prepared():
            tfds_download.prepare(builder, name, folder, config.download, _known_offline(folder))
        if (Path(builder.data_dir) / tfds_folder.FEATURES).exists():
            tfds_folder.require_class_names(Path(builder.data_dir))
        return TfdsSource(builder, config)


@contextlib.contextmanager
def _described(name: DatasetName, folder: Path) -> Iterator[None]:
    """One message for whatever TFDS raises about a dataset's description, with the damaged file."""
    try:
        yield
    except (ConfigError, RunError):
        raise
    except Exception as error:  # Of damaged files TFDS raises whatever its parsers do.
        _require_undamaged(name, folder)
        described = tfds_folder.versions_of(folder, name)
        if described and not isinstance(error, ImportError):
            raise RunError(
                f"--dataset={name} can't be opened: {damage.first_line(error)} Its "
                f"{tfds_folder.INFO} or {tfds_folder.FEATURES} in {described[-1]} is damaged."
            ) from None
        # A version, configuration or library that isn't there, in TFDS's own words.
        raise ConfigError(
            f"--dataset={name} can't be opened: {damage.first_line(error)} {_known_offline(folder)}"
        ) from None


def _require_undamaged(name: DatasetName, folder: Path) -> None:
    """Raises RunError that says which file of a dataset's description is damaged, if one is."""
    found = tfds_folder.damage(folder, name)
    if found:
        raise RunError(f"--dataset={name} can't be opened: {found}")


def image_size(name: DatasetName, data_dir: str | None) -> tuple[int, int] | None:
    """`(height, width)` of a prepared dataset, read from its files without TensorFlow.

    None where the dataset isn't prepared or its images have no one size.

    Raises:
        ConfigError: for a name that can't be, or where the user's folder of
            datasets isn't there.
        RunError: where the description of its features is damaged.
    """
    folder = _data_dir(data_dir)
    _require_name(name, folder)
    described = tfds_folder.newest_features(folder, name)
    sizes = set().union(*map(tfds_folder.image_sizes, described))
    height, width = sizes.pop() if len(sizes) == 1 else (0, 0)
    return (height, width) if height > 0 and width > 0 else None


def _require_name(name: DatasetName, folder: Path) -> None:
    """Refuses what can be no name of TFDS, before a folder of that name is looked for."""
    if len(name.argument) > tfds_folder.MAX_NAME or not tfds_folder.NAME.fullmatch(name.argument):
        raise ConfigError(
            f"--dataset={shortened(str(name), 100)} can be no name of TFDS, which is NAME "
            "or NAME/CONFIGURATION, of letters, digits, _, - and +, at most "
            f"{tfds_folder.MAX_NAME} characters. {_known_offline(folder)}"
        )


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
    return (
        f"Known: {sources.known_kinds()}; prepared in {folder}: {tfds_folder.prepared(folder)}. "
        f"--data_dir or ${DATA_DIR_VARIABLE} names another folder."
    )


def _full_name(builder) -> str:
    """Name, configuration and version of an open dataset, as `DatasetName` reads them."""
    parts = [builder.name, *([builder.builder_config.name] if builder.builder_config else [])]
    return f"{'/'.join(parts)}:{builder.version}"


def _splits(builder) -> dict[str, str]:
    """TFDS's splits that hold train and test images; both `train` where there is no other."""
    available = builder.info.splits
    if "train" not in available:
        raise ConfigError(
            f"--dataset={builder.name} has no train split. Received: {', '.join(available)}."
        )
    test = next((name for name in ("test", "validation") if name in available), "train")
    return {"train": "train", "test": test}
