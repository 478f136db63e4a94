"""What a page is made of: the files that the browser runs, and what is known of test images."""

import dataclasses
import json
import re
import shutil
import urllib.error
import urllib.request
from threading import Thread
from unittest import mock

import numpy as np
import pytest
from documents import ROOT
from made_pages import small_card

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.exporting.targets import tflite
from kerasae.models.autoencoder import load_autoencoder
from kerasae.playground import browser_files, card, known_images, server, site

ROOT_VERSION = "saved_models/ones_and_eights/1"


def facts_of(page: bytes) -> dict:
    return json.loads(re.search(r'id="facts">(.*?)</script>', page.decode(), re.S)[1])


@pytest.mark.slow
class TestOfAnExport:
    def test_the_published_files_are_taken_as_they_are(self, shown):
        version = shown.config.path
        for part in ("encoder", "decoder", "classifier_ridge"):
            served = shown.site[f"models/{part}_float32.tflite"]
            assert served == version / "tflite" / f"{part}_float32.tflite"
        assert b"The files are the exported ones, in float32" in shown.site["index.html"]

    def test_codes_errors_and_labels_are_the_models(self, shown, finished):
        known, model = shown.known, load_autoencoder(finished.model)
        unit = known.images / np.float32(255)
        np.testing.assert_allclose(known.codes, model.encoder(unit), atol=1e-4)
        np.testing.assert_allclose(known.errors, model.errors(unit), atol=1e-5)
        assert known.of == len(known.images) and set(known.labels) == set(range(10))
        assert known.classes == tuple("0123456789")

    def test_the_map_is_the_plane_of_most_variance(self, shown):
        plane = known_images.code_map(shown.known.codes)
        places = (shown.known.codes - plane.mean) @ plane.axes.T
        total = shown.known.codes.var(axis=0).sum()
        np.testing.assert_allclose(places.var(axis=0) / total, plane.variance_share, rtol=1e-3)
        np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-5)

    def test_its_numbers_are_in_one_file(self, shown):
        known, size = shown.known, shown.card.code.size
        numbers = shown.site["known.bin"]
        count = len(known.images)
        assert len(numbers) == 4 * count * (size + 1 + 2 + 1)
        codes = np.frombuffer(numbers, "<f4", count * size).reshape(count, size)
        np.testing.assert_array_equal(codes, known.codes)
        np.testing.assert_array_equal(np.frombuffer(numbers, "<i4")[-count:], known.labels)

    def test_facts_of_the_page(self, shown):
        facts = facts_of(shown.site["index.html"])
        assert facts["image"] == {"height": 12, "width": 12, "channels": 1}
        assert facts["parts"]["encoder"]["function"] == "encoder_batch_1"
        (head,) = facts["heads"]
        assert head["classes"] == list("0123456789") and not head["probabilities"]
        assert all(name in shown.site for name in ("known.png", "known.bin", "examples.png"))

    def test_other_images_of_its_name_are_refused(self, shown):
        dataset = dataclasses.replace(shown.card.data.dataset, content="another")
        other = dataclasses.replace(shown.card, data=card.Data(dataset))
        with pytest.raises(ConfigError, match="holds other images"):
            known_images.load(other, None, None)

    def test_a_changed_version_is_refused(self, cli, published, tmp_path, no_tensorflow, litert):
        version = tmp_path / "1"
        shutil.copytree(published[0], version)
        (version / "tflite" / "encoder_float32.tflite").write_bytes(b"other")
        outcome = cli("play", f"--saved_model={version}")
        assert outcome.code == 1
        assert "tflite/encoder_float32.tflite is changed" in outcome.complaint

    def test_files_for_any_web_server(self, cli, published, tmp_path, litert):
        outcome = cli("play", f"--saved_model={published[0]}", f"--static={tmp_path / 'out'}")
        assert outcome.code == 0, outcome.err
        assert outcome.out == f"{tmp_path}/out/index.html: for any web server\n"
        out = tmp_path / "out"
        there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
        assert {"index.html", "scripts/main.js", "litert/core.js", "known.bin",
                "litert/wasm/litert_wasm_internal.wasm"} <= there  # fmt: skip
        page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
        assert not re.search(r"https?://", page)
        again = cli("play", f"--saved_model={published[0]}", f"--static={tmp_path / 'out'}")
        assert again.code == 2
        assert "--static must be a new or empty folder." in again.complaint

    def test_it_is_served_until_ctrl_c(self, cli, published, monkeypatch, litert):
        def serve(serving):
            with urllib.request.urlopen(serving.url + "known.bin", timeout=60) as reply:
                assert reply.status == 200
            raise KeyboardInterrupt

        def in_a_thread(serving):
            Thread(target=forever, args=(serving,), daemon=True).start()
            serve(serving)

        forever = server.PageServer.serve_forever
        monkeypatch.setattr(server.PageServer, "serve_forever", in_a_thread)
        outcome = cli("play", f"--saved_model={published[0]}")
        assert outcome.code == 0, outcome.err
        said = r"http://127\.0\.0\.1:\d+/ is small, version 1\. Ctrl-C ends it\."
        assert re.match(said, outcome.out)

    def test_without_its_test_images(self, cli, published, tmp_path, monkeypatch, litert):
        """The page has a word on it, and no folder of this machine."""
        missing = mock.Mock(side_effect=ConfigError(f"{tmp_path} is not a folder."))
        monkeypatch.setattr(known_images, "load", missing)
        outcome = cli("play", f"--saved_model={published[0]}", f"--static={tmp_path / 'out'}")
        assert outcome.code == 0 and f"{tmp_path} is not a folder." in outcome.err
        page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
        assert "so no histogram, nearest images and map" in page and str(tmp_path) not in page
        asked = cli("play", f"--saved_model={published[0]}", "--dataset=digits")
        assert asked.code == 2  # What was asked for must be there.

    def test_it_is_served_to_this_machine_alone(self, shown):
        small = {name: shown.site[name] for name in ("index.html", "known.bin")}
        with server.PageServer(small) as serving:
            Thread(target=serving.serve_forever, daemon=True).start()
            assert serving.url.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(serving.url) as reply:
                assert reply.read() == shown.site["index.html"]
            for path, host in (("other", None), ("../index.html", None), ("", "evil.example:80")):
                headers = {"Host": host} if host else {}
                asked = urllib.request.Request(serving.url + path, headers=headers)
                with pytest.raises(urllib.error.HTTPError, match="404"):
                    urllib.request.urlopen(asked)
            with pytest.raises(ConfigError, match="can't be had"):
                server.PageServer(small, serving.server_port)
            serving.shutdown()


@pytest.mark.slow
def test_an_older_version_gets_files_with_a_fixed_batch(tmp_path):
    """Version 1 of the models here has none that a browser takes."""
    version = ROOT / ROOT_VERSION
    facts = card.read(version)
    made = browser_files.prepare(version, facts, tmp_path)
    assert not made.exported
    golden = np.load(version / "golden.npz", allow_pickle=False)
    for part, given, expected in (
        ("encoder", golden["image"] / np.float32(255), "code"),
        ("decoder", golden["code"], "reconstruction"),
    ):
        runner = tflite.Runner(made.paths[part])
        assert browser_files.one(part) in runner.functions
        (found,) = runner.run(browser_files.one(part), given).values()
        np.testing.assert_allclose(found, golden[expected], atol=1e-4)


def test_a_version_without_files_to_run_is_refused(tmp_path):
    version = tmp_path / "1"
    version.mkdir()
    manifest = {"format": 2, "version": 1, "settings": {"data": {"dataset": "digits"}},
                "heads": {}, "functions": [], "files": {}}  # fmt: skip
    files.write_json(version / "manifest.json", manifest)
    with pytest.raises(ConfigError, match=r"neither .* with a fixed batch"):
        browser_files.prepare(version, small_card((8, 8, 1)), tmp_path)


def test_a_heads_name_is_no_path(tmp_path):
    manifest = {"format": 2, "version": 1, "settings": {"data": {"dataset": "digits"}},
                "heads": {"../../other": {}}, "functions": [], "files": {}}  # fmt: skip
    files.write_json(tmp_path / "manifest.json", manifest)
    with pytest.raises(RunError, match=r"'\.\./\.\./other' is no head's name"):
        card.read(tmp_path)


@pytest.mark.parametrize("flags", [
    (), ("--saved_model=nowhere",), ("--saved_model=.", "--port=70000"),
])  # fmt: skip
def test_mistakes(cli, flags, no_tensorflow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = cli("play", *flags)
    assert outcome.code == 2
    assert outcome.complaint


def test_no_version_folder(cli, no_tensorflow, tmp_path, litert):
    outcome = cli("play", f"--saved_model={tmp_path}")
    assert outcome.code == 2
    assert "manifest.json is missing" in outcome.complaint


def test_a_page_without_test_images_says_why(tmp_path):
    paths = {part: tmp_path / tflite.path_of(part, "float32") for part in ("encoder", "decoder")}
    runnable = browser_files.BrowserFiles(paths, True, "float32")
    images = np.zeros((2, 9, 7, 3), np.uint8)
    page = site.make(small_card((9, 7, 3)), runnable, images, None, None, "They aren't <here>")
    assert b"They aren&#39;t &lt;here&gt;" in page["index.html"]
    assert "known.bin" not in page and facts_of(page["index.html"])["known"] is None
