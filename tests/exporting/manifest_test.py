"""Hashes: whatever changes in a version folder is found and named."""

import json
import os
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

CONTENT = {
    "name": "model", "version": 1, "heads": {}, "functions": [FUNCTION],
    "settings": {"data": {"dataset": "digits"}},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A sealed folder of three files."""
    made = tmp_path / "1"
    (made / "tflite").mkdir(parents=True)
    (made / "saved_model.pb").write_bytes(b"graph")
    (made / "tflite" / "encoder_int8.tflite").write_bytes(b"weights")
    (made / "MODEL_CARD.md").write_text("# Card")
    manifest.seal(made, CONTENT)
    return made


def changes(folder):
    return manifest.changes(folder, manifest.read(folder))


def test_what_is_sealed_is_unchanged(folder):
    assert changes(folder) == []
    listed = manifest.read(folder).files
    assert sorted(listed) == ["MODEL_CARD.md", "saved_model.pb", "tflite/encoder_int8.tflite"]
    assert listed["saved_model.pb"].bytes == 5


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


@pytest.mark.parametrize("what", ["link", "broken link", "pipe", "linked folder"])
def test_what_is_no_regular_file_is_named(folder, what):
    """Also a link to what was published, which the hashes can't tell apart."""
    path = folder / "tflite" / "added"
    if what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"link": "encoder_int8.tflite", "broken link": "nothing"}.get(what, ".."))
    assert changes(folder) == ["tflite/added is no regular file"]


def test_a_manifest_that_is_a_link_or_a_pipe(folder):
    (folder / MANIFEST).rename(folder / "other.json")
    (folder / MANIFEST).symlink_to("other.json")
    assert f"{MANIFEST} is no regular file" in changes(folder)
    (folder / MANIFEST).unlink()
    os.mkfifo(folder / MANIFEST)
    with pytest.raises(RunError, match=r"manifest\.json is no regular file"):
        manifest.read(folder)


def test_calls_come_back(folder):
    (item,) = manifest.read(folder).functions
    call = item.call
    assert (call.path, call.tolerance, call.output) == ("tflite/encoder_int8.tflite", None, "")


def test_no_manifest(tmp_path):
    with pytest.raises(ConfigError, match=r"no version folder of kerasae\.export, or half of one"):
        manifest.read(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "1", "null", "[" * 100_000, '{"a":' * 100_000, "\0"]
)
def test_a_damaged_manifest(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(RunError, match=r"manifest\.json is damaged"):
        manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("files", []), ("files", {"a": 1}), ("files", {"a": {"bytes": "5", "sha256": "x"}}),
        ("functions", None), ("functions", [3]), ("functions", [{}]), ("functions", {"a": 1}),
        ("functions", [{**FUNCTION, "path": 3}]), ("functions", [{**FUNCTION, "tolerance": "1"}]),
        ("heads", [1]), ("settings", {"data": {}}), ("version", "1"),
    ],
)  # fmt: skip
def test_values_of_other_types(folder, name, value):
    content = json.loads((folder / MANIFEST).read_text()) | {name: value}
    (folder / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(RunError, match=r"manifest\.json is damaged, or of another version"):
        manifest.read(folder)


def test_a_manifest_of_another_format(folder):
    content = json.loads((folder / MANIFEST).read_text())
    files.write_json(folder / MANIFEST, {**content, "format": 99})
    with pytest.raises(RunError, match="is of format 99; this kerasae reads formats 1, 2"):
        manifest.read(folder)
