"""`python -m kerasae.export`: what is in a version, how it is used, and every mistake."""

import importlib.metadata
import json
import re
import shutil
import sys

import numpy as np
import pytest
import shortcuts
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from made_records import head_result

from kerasae import files, folder_lock, records
from kerasae.exporting import bundle, clients, manifest, parity
from kerasae.folder_lock import LOCK
from kerasae.models.autoencoder import load_autoencoder
from kerasae.readouts import results
from kerasae.run_dir import RunDir
from kerasae.runs import metrics
from kerasae.runs.settings import without_places

pytestmark = pytest.mark.slow

SIGNATURES = {"serving_default", "reconstruct", "encode", "score", "classify_ridge"}
PARTS = ("encoder", "decoder", "autoencoder", "classifier_ridge")


@pytest.fixture(scope="module")
def folder(published):
    return published[0]


@pytest.fixture(scope="module")
def content(folder):
    return files.read_json(folder / "manifest.json")


class TestAVersion:
    def test_every_file_is_in_the_manifest_and_nothing_else_is_there(self, folder, content):
        there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert there == {*content["files"], "manifest.json", "SHA256SUMS"}
        assert {"saved_model.pb", "variables/variables.index", "golden.npz", "MODEL_CARD.md",
                "keras/autoencoder.keras", "keras/classifier_ridge.keras"} <= there  # fmt: skip
        tflite = {f"tflite/{part}_{kind}.tflite" for part in PARTS
                  for kind in ("float32", "float16", "int8")}  # fmt: skip
        assert {name for name in there if name.startswith("tflite/")} == tflite

    def test_nothing_is_left_beside_it(self, folder):
        names = {path.name for path in folder.parent.iterdir()}
        assert names == {"1", LOCK}

    def test_signatures(self, folder):
        signatures = set(tf.saved_model.load(str(folder)).signatures)
        of_any_size = {*SIGNATURES, *(f"{name}_float" for name in SIGNATURES)}
        assert signatures == {*of_any_size, "decode", *PARTS}

    def test_the_code_is_the_runs(self, folder, finished):
        images = np.load(folder / "golden.npz", allow_pickle=False)["image"]
        assert images.shape == (16, 12, 12, 1)
        encode = tf.saved_model.load(str(folder)).signatures["encode"]
        expected = load_autoencoder(finished.model).encoder(images / np.float32(255))
        np.testing.assert_allclose(encode(image=tf.constant(images))["code"], expected, atol=1e-5)

    def test_what_an_8_bit_decoder_was_given(self, folder):
        """Stored as it was given: with it, the golden output comes again."""
        golden = np.load(folder / "golden.npz", allow_pickle=False)
        path = "tflite/decoder_int8.tflite"
        decode = Interpreter(str(folder / path)).get_signature_runner("decoder_batch_any")
        found = decode(code=golden[f"{path}/code"])["reconstruction"]
        np.testing.assert_array_equal(found, golden[f"{path}/decoder_batch_any"])

    def test_the_classifier_is_the_runs_head(self, folder):
        stored = np.load(folder / "golden.npz", allow_pickle=False)
        run = RunDir(folder.parents[2] / "run")
        head = results.load_head(run, head_result(run, "ridge"))
        classify = tf.saved_model.load(str(folder)).signatures["classify_ridge"]
        found = classify(image=tf.constant(stored["image"]))
        np.testing.assert_array_equal(found["label"], head.predict(stored["code"]))

    def test_the_manifests_facts(self, content, finished):
        assert (content["name"], content["version"]) == ("small", 1)
        settings = files.read_json(finished.config)["settings"]
        assert content["settings"] == without_places(settings)
        assert content["settings"]["data"]["dataset"] == "digits"
        assert content["metrics"] == records.to_json(metrics.read(finished))
        assert content["readouts"][0].items() >= {"title": "linear readout", "labels": 200}.items()
        assert content["representative"] == {"split": "train", "images": 200, "seed": 0}
        assert content["heads"]["ridge"]["classes"] == list("0123456789")
        assert list(content["baselines"]) == ["6 principal components"]
        assert content["ranges"]["image"] == [0, 255]
        low, high = content["ranges"]["reconstruction"]
        assert 0 <= low < high <= 1

    def test_packages_that_wrote_and_ran_the_files_are_recorded(self, content):
        recorded = content["exported_with"]
        assert recorded["packages"] == {
            name: importlib.metadata.version(name)
            for name in ("tensorflow", "keras", "ai-edge-litert", "numpy")
        }
        assert recorded["python"] == ".".join(map(str, sys.version_info[:3]))

    def test_every_function_was_tried_on_256_images_and_is_within_its_limit(self, content):
        assert content["tried_on"] == {"split": "test", "images": 256, "wanted": 256}
        limits = {"saved_model": 1e-5, "keras": 1e-5, "float32": 1e-4, "float16": 5e-3}
        for item in content["functions"]:
            assert item["images"] >= 256
            assert item["batch_sizes"] == [1, 7]
            if "int8" in item["path"]:
                assert item["images"] == 360
                assert item["effects"]
                assert item["input"]["dtype"] == item["output"]["dtype"] == "uint8"
                continue
            kind = item["target"] if item["target"] != "tflite" else item["path"][-14:-7]
            assert item["tolerance"] == limits[kind]
            assert item["difference"] <= limits[kind]

    def test_no_path_of_this_machine_is_in_it(self, folder):
        for name in ("manifest.json", "MODEL_CARD.md"):
            assert str(folder.parents[2]) not in (folder / name).read_text()

    def test_it_says_what_it_found(self, published):
        out = published[1].out
        assert re.search(r"tflite/encoder_int8\.tflite, .*linear-readout accuracy: 0\.\d+", out)
        assert re.search(r"saved_models/small/1: version 1, \d\.\d MB$", out.strip())

    def test_the_cards_python_runs(self, folder, python):
        """Every piece of it, where kerasae can't be imported."""
        card = (folder / "MODEL_CARD.md").read_text()
        pieces = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
        assert len(pieces) == 3
        code = "import sys\nsys.modules['kerasae'] = None\n" + "\n".join(pieces)
        code = code.replace("saved_models/small/1", str(folder))
        done = python(code, cwd=folder.parent, warm=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[:2] == ["(16, 6)", "(1, 6)"]

    def test_the_cards_numbers_are_the_manifests(self, folder, content):
        card = (folder / "MODEL_CARD.md").read_text()
        assert f"{content['metrics']['test_mse_per_pixel']:.4g}" in card
        assert "Licence of the data:\nCC BY 4.0." in card
        assert "Alpaydin" in card
        assert "kerasae.transfer --saved_model=saved_models/small/1 " in card
        assert "The `scores` of the classifier `ridge` are fitted to 1" in card
        assert "| `encode` | `image` uint8 from 0 to 255, (any, any, any, 1) |" in card
        assert "| `encoder` | `image` float32 in [0, 1], (any, 12, 12, 1) |" in card
        assert content["data"]["dataset"]["content"] in card
        litert = next(one for one in content["clients"] if one["target"] == "tflite")
        assert litert["version"] == importlib.metadata.version("ai-edge-litert")
        largest = [f"{one['largest']:.1e}" for one in litert["differences"]]
        line = (
            f"| `tflite` | LiteRT, in Python | {litert['version']} | {largest[0]}, 0.0001 allowed"
        )
        assert f"{line}; {largest[1]}, 0.005 allowed |" in card
        assert all(
            f"| {one.name} | {one.takes} | {one.refuses} |" in card for one in clients.OTHERS
        )
        assert "{{" not in card
        assert "{%" not in card


class TestAgain:
    def test_a_run_that_is_being_written_is_waited_for(
        self, cli, folder, tmp_path, lock_holder, monkeypatch
    ):
        """Two exports of one run at once are two versions, not one and a refusal."""
        run = folder.parents[2] / "run"
        holder, say = lock_holder(run), folder_lock.logger.info

        def said(*words):
            say(*words)
            holder.kill()

        monkeypatch.setattr(folder_lock.logger, "info", said)
        outcome = cli("export", f"--run_dir={run}", "--name=x", f"--out={tmp_path}",
                      "--targets=keras")  # fmt: skip
        assert outcome.code == 0, outcome.err
        assert "waiting for another process that writes" in outcome.err

    def test_the_next_version_and_its_targets_only(self, cli, folder, tmp_path):
        run = folder.parents[2] / "run"
        shutil.copytree(folder.parent, tmp_path / "small")
        before = manifest.read(tmp_path / "small" / "1")
        outcome = cli("export", f"--run_dir={run}", "--name=small", f"--out={tmp_path}",
                      "--targets=keras")  # fmt: skip
        assert outcome.code == 0, outcome.err
        assert manifest.changes(tmp_path / "small" / "1", before) == []
        assert bundle.versions(tmp_path / "small") == [1, 2]
        assert {path.name for path in (tmp_path / "small" / "2").iterdir()} == {
            "keras", "golden.npz", "manifest.json", "MODEL_CARD.md", "SHA256SUMS"}  # fmt: skip
        card = (tmp_path / "small/2/MODEL_CARD.md").read_text()
        assert f'load_model("{tmp_path.name}/small/2/keras/autoencoder.keras")' in card
        assert "kerasae.transfer" not in card  # There is no SavedModel to try.

    def test_what_falls_short_is_not_published(self, cli, folder, tmp_path, monkeypatch):
        from kerasae.exporting.targets import keras as target

        monkeypatch.setattr(target, "TOLERANCE", -1.0)
        run = folder.parents[2] / "run"
        outcome = cli("export", f"--run_dir={run}", "--name=small", f"--out={tmp_path / 'out'}",
                      "--targets=keras")  # fmt: skip
        assert (outcome.code, outcome.out) == (1, "")
        assert "Nothing is published. The keras/autoencoder.keras differs" in outcome.err
        assert not list((tmp_path / "out").iterdir())

    def test_eight_bits_that_cost_too_much_are_refused_with_their_numbers(
        self, cli, folder, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(parity, "MORE_ERROR", -0.5)
        run = folder.parents[2] / "run"
        outcome = cli("export", f"--run_dir={run}", "--name=small", f"--out={tmp_path / 'out'}",
                      "--targets=tflite")  # fmt: skip
        assert outcome.code == 1
        assert re.search(
            r"autoencoder_int8\.tflite signature 'autoencoder_batch_1': the reconstruction error "
            r"\(MSE per pixel\) is 0\.\d+ where the Keras model's is 0\.\d+; allowed is 0\.\d+",
            outcome.err,
        )  # fmt: skip
        assert outcome.err.rstrip().endswith(
            "Without int8 in --precisions the rest can be exported."
        )
        assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "--run_dir must be given."),
        (["--run_dir=RUN"], "--name must be letters"),
        (["--run_dir=RUN", "--name=../x"], "without any part of a path. Received: name=../x."),
        (["--run_dir=RUN", "--name=x", "--targets="], "--targets must name at least one."),
        (["--run_dir=RUN", "--name=x", "--targets=tflite,keras,tflite"],
         "--targets names one twice. Received: targets=tflite,keras,tflite."),
        (["--run_dir=RUN", "--name=x", "--targets=jax"],
         "--targets must be one of keras, micro, onnx, saved_model, tflite. Received: 'jax'."),
        (["--run_dir=RUN", "--name=x", "--heads=svm"], "--heads must be one of ffn, knn, linear"),
        (["--run_dir=RUN", "--name=x", "--heads=linear,knn"], "--heads: knn can't be exported"),
        (["--run_dir=RUN", "--name=x", "--precisions="], "--precisions must name at least one."),
        (["--run_dir=RUN", "--name=x", "--precisions=float64"],
         "--precisions must be one of float16, float32, int8. Received: 'float64'."),
        (["--run_dir=RUN", "--name=x", "--seed=-1"], "--seed must be 0 or more"),
        (["--run_dir=/nowhere", "--name=x"], "--run_dir=/nowhere holds no run."),
        (["--run_dir=RUN", "--name=x", "--out=/dev/null/x"], "--out can't be written."),
    ],
)  # fmt: skip
def test_refused_before_anything_starts(cli, finished, tmp_path, monkeypatch, flags, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "kerasae.cli.import_tensorflow_quietly", lambda: pytest.fail("TensorFlow is imported")
    )
    outcome = cli("export", *[flag.replace("RUN", str(finished.path)) for flag in flags])
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.complaint
    assert not list(tmp_path.iterdir())


def test_an_unlabelled_run(cli, train, fake_datasets, tmp_path):
    """Nothing can be classified; the rest is there."""
    run = tmp_path / "run"
    with shortcuts.numbers_only():
        outcome = train(
            "--dataset=fake_unlabelled", f"--data_dir={fake_datasets}", "--epochs=1",
            "--model.filters=2", "--model.kernel_sizes=3", "--model.dense_sizes=",
            "--model.latent_dim=3", f"--run_dir={run}",
        )  # fmt: skip
    assert outcome.code == 0, outcome.err
    flags = (f"--run_dir={run}", "--name=x", f"--out={tmp_path / 'out'}",
             f"--data_dir={fake_datasets}")  # fmt: skip
    outcome = cli("export", *flags, "--heads=linear")
    assert outcome.code == 2
    assert "--dataset=fake_unlabelled has no labels" in outcome.err
    outcome = cli("export", *flags, "--targets=keras")
    assert outcome.code == 0, outcome.err
    content = json.loads((tmp_path / "out/x/1/manifest.json").read_text())
    assert content["readouts"] == []
    there = content["data"]["test_images"]
    assert 0 < there < 256
    assert content["tried_on"] == {"split": "test", "images": there, "wanted": 256}
    assert {item["images"] for item in content["functions"]} == {there}
    assert f"tried on the {there} test images there are; 256 are wanted" in outcome.err
    assert f"on {there} test images, all there are" in " ".join(
        (tmp_path / "out/x/1/MODEL_CARD.md").read_text().split()
    )
    assert str(fake_datasets) not in (tmp_path / "out/x/1/manifest.json").read_text()
