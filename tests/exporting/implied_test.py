"""A manifest can't narrow what is checked, nor widen what is allowed."""

import dataclasses

import pytest

from kerasae.config import RunError
from kerasae.exporting import implied, target
from kerasae.exporting.contents import Contents
from kerasae.exporting.manifest import File, Function, Manifest, Settings, TrainingData

TARGETS = ("keras", "saved_model", "tflite")


def calls_of(version_format):
    contents = Contents(("ridge",), format=version_format)
    return [call for name in TARGETS for call in target.load(name).calls(contents)]


CALLS = calls_of(2)


def function(call):
    """A call as a manifest holds it."""
    fields = dataclasses.asdict(call)
    return Function(answer=fields.pop("output"), **fields)


def check(folder, functions, names=None, heads=("ridge",), version_format=2):
    """The functions of a version with these files."""
    names = [call.file for call in CALLS] if names is None else names
    content = Manifest(
        format=version_format, version=1, settings=Settings(TrainingData("digits")),
        heads={head: {} for head in heads}, functions=tuple(functions),
        files={name: File(1, "") for name in (*names, "fingerprint.pb", "golden.npz")},
    )  # fmt: skip
    return implied.calls(folder, content)


def test_all_of_them(tmp_path):
    assert check(tmp_path, map(function, CALLS)) == CALLS


def test_versions_of_format_1_have_fewer_functions_in_the_same_files(tmp_path):
    before = calls_of(1)
    assert {call.file for call in before} == {call.file for call in CALLS}
    assert len(before) < len(CALLS)
    assert check(tmp_path, map(function, before), version_format=1) == before
    for functions, version_format in ((before, 2), (CALLS, 1)):
        with pytest.raises(RunError, match="doesn't list the functions"):
            check(tmp_path, map(function, functions), version_format=version_format)


@pytest.mark.parametrize(
    "kept", [lambda file: file.startswith("keras/"), lambda file: not file.endswith("int8.tflite")]
)
def test_a_version_of_fewer_files(tmp_path, kept):
    calls = [call for call in CALLS if kept(call.file)]
    assert check(tmp_path, map(function, calls), [call.file for call in calls]) == calls


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"tolerance": 1e9}, "keras/autoencoder.keras"),
        ({"tolerance": None}, "keras/autoencoder.keras"),
        ({"expected": "image"}, "keras/autoencoder.keras"),
        ({"path": "keras/encoder.keras"}, "keras/encoder.keras"),
        ({"path": "../../x.keras"}, r"\.\./\.\./x\.keras"),
        ({"path": "/etc/passwd"}, "/etc/passwd"),
    ],
)
def test_a_function_that_is_checked_otherwise(tmp_path, change, named):
    first, *others = CALLS
    with pytest.raises(RunError, match=rf"manifest\.json doesn't list the functions .*{named}"):
        check(tmp_path, map(function, [dataclasses.replace(first, **change), *others]))


def test_a_function_that_is_not_listed(tmp_path):
    for left_out in (CALLS[0], CALLS[-1]):
        listed = [function(call) for call in CALLS if call != left_out]
        with pytest.raises(RunError, match="doesn't list the functions"):
            check(tmp_path, listed)
    with pytest.raises(RunError, match="doesn't list the functions"):
        check(tmp_path, [])
    with pytest.raises(RunError, match="it names one twice"):
        check(tmp_path, map(function, [*CALLS, CALLS[0]]))


def test_no_function_at_all(tmp_path):
    with pytest.raises(RunError, match="lists no function"):
        check(tmp_path, [], [])


@pytest.mark.parametrize("name", ["keras/evil.keras", "other.pb", "evil.tflite"])
def test_a_model_that_no_function_runs(tmp_path, name):
    with pytest.raises(RunError, match=f"holds models that no function runs: {name}"):
        check(tmp_path, map(function, CALLS), [*(call.file for call in CALLS), name])


def test_a_target_that_is_not_there(tmp_path):
    foreign = dataclasses.replace(CALLS[0], target="jax")
    with pytest.raises(
        RunError, match=r"hasn't\. Received: 'jax'; known are keras, micro, onnx, saved_model"
    ):
        check(tmp_path, [function(foreign)])


def test_a_head_that_is_no_name(tmp_path):
    with pytest.raises(RunError, match="is no head's name"):
        check(tmp_path, map(function, CALLS), heads=("../x",))
