"""Small TFDS datasets of digits, 8x8, whose labels are not as one would wish.

| name | train | test | labels |
|---|---|---|---|
| `half_labelled` | 100 | 40 | of the first half of each split only |
| `test_unlabelled` | 60 | 20 | none in test |
| `two_labels` | 60 | 20 | `parity`, `digit` and a whole number, `tens`; none is declared |
| `declared` | 60 | 20 | `label`, the parity, and `digit`, which is declared as supervised |
| `number_labels` | 60 | 20 | `label`, a whole number: 10 more than the digit, -1 for a 3 |
| `class_missing` | 60 | 30 | no 3 and 9 in test, no 0 in train |
| `by_class` | 200 | | stored class by class |
| `one` | 1 | 1 | |
| `six` | 6 | | |
"""

from pathlib import Path

from small_datasets import digit_rows, write

TRAIN, TEST = range(60), range(60, 80)


def write_all(folder: Path) -> None:
    """Writes them into a folder of datasets."""
    import numpy as np
    import tensorflow_datasets as tfds

    image = {"image": tfds.features.Image(shape=(8, 8, 1))}
    digit, parity = (tfds.features.ClassLabel(num_classes=count) for count in (10, 2))
    usual = {**image, "label": digit}

    def labels_before(end):
        return lambda at, label: label if at < end else -1

    halves = {
        "train": digit_rows(range(100), label=labels_before(50)),
        "test": digit_rows(range(100, 140), label=labels_before(120)),
    }
    write(folder, "half_labelled", usual, halves)
    unlabelled = {"train": digit_rows(TRAIN), "test": digit_rows(TEST, label=labels_before(0))}
    write(folder, "test_unlabelled", usual, unlabelled)

    two = {
        "parity": lambda at, label: label % 2,
        "digit": lambda at, label: label,
        "tens": lambda at, label: at // 10,
    }
    splits = {"train": digit_rows(TRAIN, **two), "test": digit_rows(TEST, **two)}
    tens = tfds.features.Scalar(np.int32)
    write(folder, "two_labels", {**image, "parity": parity, "digit": digit, "tens": tens}, splits)

    two = {"label": two["parity"], "digit": two["digit"]}
    splits = {"train": digit_rows(TRAIN, **two), "test": digit_rows(TEST, **two)}
    features = {**image, "label": parity, "digit": digit}
    write(folder, "declared", features, splits, supervised_keys=("image", "digit"))

    number = {"label": lambda at, label: -1 if label == 3 else label + 10}
    splits = {"train": digit_rows(TRAIN, **number), "test": digit_rows(TEST, **number)}
    write(folder, "number_labels", {**image, "label": tfds.features.Scalar(np.int64)}, splits)

    rows = digit_rows(range(100))
    splits = {
        "train": [row for row in rows[:60] if row["label"] != 0],
        "test": [row for row in rows[60:] if row["label"] not in (3, 9)],
    }
    write(folder, "class_missing", usual, splits)
    rows = sorted(digit_rows(range(200)), key=lambda row: row["label"])
    write(folder, "by_class", usual, {"train": rows}, disable_shuffling=True)
    write(folder, "one", usual, {"train": rows[:1], "test": rows[-1:]}, 1)
    write(folder, "six", usual, {"train": digit_rows(range(6))}, 1)
