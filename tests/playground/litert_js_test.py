"""LiteRT.js is fetched whole, as its digest says, or not at all."""

import base64
import dataclasses
import hashlib
import io
import tarfile

import pytest

from kerasae.config import ConfigError, RunError
from kerasae.playground import litert_js

CONTENT = b"export const answer = 42;"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of files with one package, and an empty installation; the package."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/dist/index.js")
        member.size = len(CONTENT)
        archive.addfile(member, io.BytesIO(CONTENT))
    digest = base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    package = litert_js.Package("@scope/core", digest, {"core.js": "dist/index.js"})
    top = tmp_path / "registry"
    path = top / "@scope" / "core" / "-" / f"core-{litert_js.VERSION}.tgz"
    path.parent.mkdir(parents=True)
    path.write_bytes(packed.getvalue())
    monkeypatch.setenv("npm_config_registry", top.as_uri() + "/")
    monkeypatch.setattr(litert_js, "PACKAGES", (package,))
    monkeypatch.setattr(litert_js, "FOLDER", tmp_path / "vendor")
    return package


def test_it_is_fetched_once(registry, tmp_path, monkeypatch):
    assert not litert_js.is_there()
    litert_js.fetch()
    assert (tmp_path / "vendor" / "core.js").read_bytes() == CONTENT
    monkeypatch.setenv("npm_config_registry", "https://127.0.0.1:1")
    litert_js.fetch()
    litert_js.require()


def test_another_version_is_fetched_anew(registry, tmp_path, monkeypatch):
    litert_js.fetch()
    newer = dataclasses.replace(registry, kept={"newer.js": "dist/index.js"}, integrity="AAAA")
    monkeypatch.setattr(litert_js, "PACKAGES", (newer,))
    assert not litert_js.is_there()
    with pytest.raises(RunError, match="isn't what is wanted"):
        litert_js.fetch()
    assert (tmp_path / "vendor" / "core.js").read_bytes() == CONTENT  # What there was stays.


def test_another_content_is_refused(registry, tmp_path, monkeypatch):
    changed = dataclasses.replace(registry, integrity="AAAA")
    monkeypatch.setattr(litert_js, "PACKAGES", (changed,))
    with pytest.raises(RunError, match="isn't what is wanted: its SHA-512 is "):
        litert_js.fetch()
    assert not (tmp_path / "vendor").exists()


def test_without_a_network_it_says_so(registry, tmp_path, monkeypatch):
    monkeypatch.setenv("npm_config_registry", (tmp_path / "nowhere").as_uri())
    with pytest.raises(RunError, match=r"core-.*\.tgz can't be had"):
        litert_js.fetch()
    assert not (tmp_path / "vendor").exists()


def test_where_it_is_missing_its_command_is_named(registry):
    with pytest.raises(ConfigError, match=litert_js.COMMAND):
        litert_js.require()


def test_what_is_wanted_is_pinned():
    """Every digest is one of SHA-512, and every file has a place."""
    for package in litert_js.PACKAGES:
        assert len(base64.b64decode(package.integrity)) == 64
    assert {"core.js", "wasm-utils.js", "wasm/litert_wasm_internal.wasm"} <= set(litert_js.names())
