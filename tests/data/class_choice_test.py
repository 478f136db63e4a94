"""Classes by name or number, where a name may look like a number."""

import logging

import pytest

from kerasae.config import ConfigError
from kerasae.data.class_choice import class_names, class_numbers, note_ambiguous
from kerasae.data.spec import DatasetSpec


def spec(classes):
    return DatasetSpec("some:1.0.0", (8, 8, 1), classes, {}, {}, None, "CC0", "nobody", "abc")


@pytest.mark.parametrize(
    ("classes", "wanted", "expected"),
    [
        (("cat", "dog"), (), ()),
        (("cat", "dog"), ("dog",), (1,)),
        (("cat", "dog"), ("1", "dog", "0"), (0, 1)),
        (("0", "1", "2"), ("2", "0"), (0, 2)),
    ],
)
def test_by_name_or_number(classes, wanted, expected, caplog):
    assert class_numbers(spec(classes), wanted) == expected
    kept = expected or range(len(classes))
    assert class_names(spec(classes), wanted) == tuple(classes[number] for number in kept)
    note_ambiguous(spec(classes), wanted)
    assert not caplog.records


def test_a_name_that_is_another_classs_number_is_said(caplog):
    classes = tuple("1234567890")
    with caplog.at_level(logging.INFO, "kerasae"):
        note_ambiguous(spec(classes), ("0", "9"))
    assert class_numbers(spec(classes), ("0", "9")) == (8, 9)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "--classes=0 is taken as the name of class number 9 of some:1.0.0; class number 0 is "
        "named 1.",
        "--classes=9 is taken as the name of class number 8 of some:1.0.0; class number 9 is "
        "named 0.",
    ]


@pytest.mark.parametrize("wanted", ["bird", "2", "-1", "01"])
def test_an_unknown_class_is_refused_with_those_there_are(wanted):
    with pytest.raises(ConfigError, match=rf"no class {wanted}\. Known: 0 \(cat\), 1 \(dog\)"):
        class_numbers(spec(("cat", "dog")), (wanted,))


def test_a_dataset_without_labels():
    with pytest.raises(ConfigError, match=r"--classes needs labels, and some:1\.0\.0 has none"):
        class_numbers(spec(None), ("1",))
