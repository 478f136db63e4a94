"""A prepared TFDS dataset as a source of images and labels."""

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kerasae import files, quiet
from kerasae.config import ConfigError, RunError, require
from kerasae.data import content, damage, held_out, tfds_features
from kerasae.data.config import DataConfig
from kerasae.data.spec import UNLABELLED, DatasetSpec

PARSED_AT_ONCE = 1_024


class TfdsSource:
    """A prepared TFDS dataset as a `Source`."""

    def __init__(self, builder, config: DataConfig):
        info, self._builder, self._name = builder.info, builder, full_name(builder)
        self._image_key = tfds_features.image_key(info, config.dataset, config.image)
        self._label_key = tfds_features.label_key(info, config.dataset, config.label)
        self._stored = _splits(builder)  # TFDS's own split that holds each of ours.
        for stored in self._stored.values():
            for part in info.splits[stored].file_instructions:
                # TensorFlow would wait for a pipe without end.
                files.require_regular(Path(part.filename))
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
        image, paths, parts = info.features[self._image_key], {}, {}
        for split, name in self._stored.items():
            instructions = info.splits[name].file_instructions
            paths |= dict.fromkeys(Path(part.filename) for part in instructions)
            parts[split] = [
                (list(paths).index(Path(part.filename)), part.skip, part.take)
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
            return content.digest(facts, content.file_bytes(paths))
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

        parts, marks = _narrowed(self._builder.info.splits[stored].file_instructions, wanted)
        marks = tf.data.Dataset.from_tensor_slices(marks)
        marked = tf.data.Dataset.zip((self._examples(parts), marks))
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
        if self._label_key is None:
            return np.full(self._builder.info.splits[stored].num_examples, UNLABELLED)
        if "tensorflow" not in sys.modules:  # Who only asks for the content hasn't imported it.
            quiet.import_tensorflow_quietly()
        import tensorflow as tf

        from kerasae.data.untuned import untuned

        features = self._parsed_features(self._label_key)
        parts = self._builder.info.splits[stored].file_instructions
        batches = self._examples(parts).batch(PARSED_AT_ONCE)
        labels = batches.map(lambda examples: tf.io.parse_example(examples, features))
        with damage.readable(self._name, self.find_damage):
            return np.concatenate(
                [part[self._label_key] for part in untuned(labels).as_numpy_iterator()]
            )

    def _parsed_features(self, *keys: str | None) -> dict:
        """How these features are stored."""
        every_feature = self._builder.info.features.tf_example_spec
        return {key: every_feature[key] for key in keys if key}

    def _examples(self, parts: Sequence):
        """Every example of some of TFDS's files as it is stored, one file after the other.

        TFDS's own `as_dataset` parses one example at a time, also those that
        nobody wants, which takes longer than decoding those that are.
        """
        import tensorflow as tf

        read = self._read
        examples = tf.data.Dataset.from_tensor_slices(
            {
                "path": np.array([str(part.filename) for part in parts], str),
                "skip": np.array([part.skip for part in parts], np.int64),
                "take": np.array([part.take for part in parts], np.int64),
            }
        ).flat_map(lambda part: read(part["path"]).skip(part["skip"]).take(part["take"]))
        # A file with other records than TFDS knows of is an error, not a shorter split.
        count = sum(part.take for part in parts)
        return examples.apply(tf.data.experimental.assert_cardinality(count))

    @property
    def _read(self) -> Callable:
        """Makes a dataset of the records of one file."""
        from tensorflow_datasets.core.file_adapters import ADAPTER_FOR_FORMAT

        return ADAPTER_FOR_FORMAT[self._builder.info.file_format].make_tf_data

    def decode(self, records):
        import tensorflow as tf

        image = self._builder.info.features[self._image_key]
        return records.map(
            lambda stored, other: (image.decode_example(stored), other),
            num_parallel_calls=tf.data.AUTOTUNE,
        )

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


def full_name(builder) -> str:
    """Name, configuration and version of an open dataset, as `DatasetName` reads them."""
    parts = [builder.name, *([builder.builder_config.name] if builder.builder_config else [])]
    return f"{'/'.join(parts)}:{builder.version}"


def _narrowed(parts: Sequence, wanted: np.ndarray) -> tuple[list, np.ndarray]:
    """Each of TFDS's files from its first wanted record to its last, and which in between are.

    Files without any stay closed. Records before the first are skipped without a look at them, so
    that a few neighbours cost little, wherever in a large file they lie.

    Args:
        parts: TFDS's instructions to read a split.
        wanted: Whether each record of the split is wanted.
    """
    kept, marks = [], [wanted[:0]]
    ends = np.cumsum([part.take for part in parts])[:-1]
    for part, own in zip(parts, np.split(wanted, ends), strict=True):
        found = np.flatnonzero(own)
        if len(found):
            first, stop = int(found[0]), int(found[-1]) + 1
            kept.append(dataclasses.replace(part, skip=part.skip + first, take=stop - first))
            marks.append(own[first:stop])
    return kept, np.concatenate(marks)


def _splits(builder) -> dict[str, str]:
    """TFDS's splits that hold train and test images; both `train` where there is no other."""
    available = builder.info.splits
    if "train" not in available:
        raise ConfigError(
            f"--dataset={builder.name} has no train split. Received: {', '.join(available)}."
        )
    test = next((name for name in ("test", "validation") if name in available), "train")
    return {"train": "train", "test": test}
