"""Hashes: whatever changes in a version folder is found and named."""

import json
import shutil
import subprocess

import pytest

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.exporting import manifest
from kerasae.exporting.bundle import MANIFEST, SUMS

FUNCTION = {
    "target": "tflite", "path": "tflite/encoder_int8.tflite", "function": "", "given": "image",
    "expected": "code", "answer": "", "tolerance": None, "count": 3, "input": {"name": "image"},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A sealed folder of three files."""
    made = tmp_path / "1"
    (made / "tflite").mkdir(parents=True)
    (made / "saved_model.pb").write_bytes(b"graph")
    (made / "tflite" / "encoder_int8.tflite").write_bytes(b"weights")
    (made / "MODEL_CARD.md").write_text("# Card")
    manifest.seal(made, {"name": "model", "functions": [FUNCTION]})
    return made


def changes(folder):
    return manifest.changes(folder, manifest.read(folder))


def test_what_is_sealed_is_unchanged(folder):
    assert changes(folder) == []
    told = manifest.read(folder)["files"]
    assert sorted(told) == ["MODEL_CARD.md", "saved_model.pb", "tflite/encoder_int8.tflite"]
    assert told["saved_model.pb"]["bytes"] == 5


def test_the_sums_are_those_of_sha256sum(folder):
    assert len((folder / SUMS).read_text().splitlines()) == 4
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, check=True,
                       capture_output=True)  # fmt: skip


@pytest.mark.parametrize("name", ["saved_model.pb", "tflite/encoder_int8.tflite", "MODEL_CARD.md"])
def test_every_changed_byte_is_found(folder, name):
    whole = (folder / name).read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        (folder / name).write_bytes(changed)
        assert changes(folder) == [f"{name} is changed"]


def test_a_changed_manifest_is_found(folder):
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace('"model"', '"modem"'))
    assert changes(folder) == [f"{MANIFEST} or {SUMS} is changed"]


def test_changed_sums_are_found(folder):
    (folder / SUMS).write_text((folder / SUMS).read_text().replace("saved_model", "saved-model"))
    assert changes(folder) == [f"{MANIFEST} or {SUMS} is changed"]
    (folder / SUMS).unlink()
    assert changes(folder) == [f"{SUMS} is missing"]


def test_missing_and_foreign_files_are_named(folder):
    (folder / "saved_model.pb").rename(folder / "saved_model.pbtxt")
    assert changes(folder) == [
        "saved_model.pb is missing",
        "saved_model.pbtxt doesn't belong there",
    ]


def test_calls_come_back(folder):
    (call,) = manifest.calls(manifest.read(folder))
    assert (call.path, call.tolerance, call.output) == ("tflite/encoder_int8.tflite", None, "")


@pytest.mark.parametrize("path", ["../encoder.tflite", "/etc/passwd", 3])
def test_paths_that_lead_out_are_refused(path):
    with pytest.raises(RunError, match=r"manifest\.json is damaged: it"):
        manifest.calls({"functions": [{**FUNCTION, "path": path}]})


@pytest.mark.parametrize("functions", [None, [3], [{}], {"a": 1}])
def test_functions_that_are_none(functions):
    with pytest.raises(RunError, match="it doesn't hold the exported functions"):
        manifest.calls({"functions": functions})


def test_a_target_that_is_not_there():
    with pytest.raises(RunError, match=r"hasn't\. Received: 'onnx'; known are keras, saved_model"):
        manifest.calls({"functions": [{**FUNCTION, "target": "onnx"}]})


def test_no_manifest(tmp_path):
    with pytest.raises(ConfigError, match=r"no version folder of kerasae\.export, or half of one"):
        manifest.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": []}'])
def test_a_damaged_manifest(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(RunError, match=r"manifest\.json is damaged"):
        manifest.read(tmp_path)


def test_a_manifest_of_another_format(folder):
    content = json.loads((folder / MANIFEST).read_text())
    files.write_json(folder / MANIFEST, {**content, "format": 99})
    with pytest.raises(RunError, match="is of format 99; this kerasae reads format 1"):
        manifest.read(folder)
