"""What every export target promises; a new file in kerasae/exporting/targets/ is tested by this."""

import ast
import importlib.metadata
import inspect
import shutil

import jinja2
import keras
import numpy as np
import pytest

from kerasae import files, registry
from kerasae.config import RunError
from kerasae.exporting import fresh_process, parity, target
from kerasae.exporting.config import ExportConfig, default_targets, missing
from kerasae.exporting.exported import Exported, ExportedHead
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled

pytestmark = pytest.mark.slow

SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, *SHAPE), np.uint8)
LABELS = np.arange(40) % 2
NAMES = (*registry.names(registry.TARGETS), "copy")
# The largest relative difference that is promised of each file, by the end of its name; not read
# from the targets, so that none of them can promise less. None is for 8 bits.
PROMISED = {
    "saved_model .": 1e-5,
    "keras .keras": 1e-5,
    "copy .keras": 1e-5,
    "micro .h": None,
    "onnx .onnx": 1e-5,
    "tflite _float32.tflite": 1e-4,
    "tflite _float16.tflite": 5e-3,
    "tflite _int8.tflite": None,
}


@pytest.fixture(scope="module")
def exported():
    keras.utils.set_random_seed(0)
    config = pooled.Config(filters=(4, 3), kernel_sizes=(3, 3), dense_sizes=(), latent_dim=5)
    autoencoder = build_autoencoder("pooled", config, SHAPE)
    code = keras.Input((5,))
    head = ExportedHead(keras.Model(code, keras.layers.Dense(2)(code)), (0, 1), ("a", "b"))
    return Exported(autoencoder, {"linear": head})


@pytest.fixture(scope="module", params=NAMES)
def case(request, copy_plugin, exported, tmp_path_factory):
    """`(name, target, folder that it wrote, its calls)`."""
    if lacking := missing(request.param):
        pytest.skip(lacking)
    plugin = target.load(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    plugin.write(exported, folder, IMAGES)
    return request.param, plugin, folder, plugin.calls(exported.contents)


@pytest.fixture(scope="module")
def outputs(case, exported):
    """Of every call, from one process without kerasae."""
    inputs = {"image": IMAGES, "code": exported.expected(IMAGES)["code"]}
    return fresh_process.run(case[2], case[3], inputs)


def check(case, exported, expected, outputs, monkeypatch):
    """Compares the outputs that were given with these expected ones."""
    monkeypatch.setattr(fresh_process, "run", lambda *_: outputs)
    # Of 8-bit files the effect on an untrained model says nothing; see parity_test.
    monkeypatch.setattr(parity, "MORE_ERROR", 1e9)
    monkeypatch.setattr(parity, "LESS_ACCURACY", 1.0)
    evaluation = parity.EvaluationImages(IMAGES, LABELS, None)
    return parity.check(exported, expected, case[2], case[3], evaluation)


def test_attributes(case):
    name, plugin, _, _ = case
    assert name == plugin.NAME
    assert isinstance(plugin.NEEDS_LINEAR_READOUT, bool)
    title, package = plugin.CLIENT
    assert title and importlib.metadata.version(package)
    assert registry.constant(registry.TARGETS, name, "DEFAULT") is plugin.DEFAULT
    assert (name in default_targets()) == plugin.DEFAULT
    assert jinja2.Environment().parse(plugin.CARD)


def test_every_file_has_a_function_and_every_function_a_file(case):
    name, _, folder, calls = case
    assert calls
    for call in calls:
        assert call.target == name
        assert (folder / call.path).exists()
        assert call.count >= 256
        assert call.given in ("image", "unit", "code")
    tried = {folder / call.path for call in calls}
    if folder not in tried:
        assert {path for path in folder.rglob("*") if path.is_file()} == tried
    assert len({(call.path, call.function) for call in calls}) == len(calls)


def test_the_promised_tolerances(case):
    name, _, _, calls = case
    for call in calls:
        (promised,) = [
            tolerance
            for end, tolerance in PROMISED.items()
            if (end.split()[0], call.path.endswith(end.split()[1])) == (name, True)
        ]
        assert call.tolerance == promised


def test_the_runner_stands_alone(case):
    """The text of the class, that is: it is executed where there is no kerasae."""
    text = inspect.getsource(registry.load(registry.TARGETS, case[0], "--targets").Runner)
    imported = [
        name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    ]
    assert imported
    assert not [name for name in imported if name and name.startswith("kerasae")]


def test_the_functions_give_what_the_keras_model_gives(case, exported, outputs, monkeypatch):
    checked = check(case, exported, exported.expected(IMAGES), outputs, monkeypatch)
    for item in checked:
        assert ("difference" in item.found) == (item.call.tolerance is not None)
        assert item.found["input"]["name"]
        assert "output" in item.found or item.found["outputs"]


def test_what_is_off_by_more_than_the_promised_tolerance_is_refused(
    case, exported, outputs, monkeypatch
):
    """By three times as much; in all functions of one target at once."""
    name, _, _, calls = case
    expected = exported.expected(IMAGES)
    for end, promised in PROMISED.items():
        if end.split()[0] != name or promised is None:
            continue
        apart = {
            key: array if key == "image" else array + 3 * promised * np.abs(array).max()
            for key, array in expected.items()
        }
        with pytest.raises(RunError, match=r"^Nothing is published\.") as error:
            check(case, exported, apart, outputs, monkeypatch)
        for call in calls:
            if call.path.endswith(end.split()[1]) and call.tolerance is not None:
                assert f"The {call.title} differs" in str(error.value)


@pytest.fixture(scope="module")
def published_copy(cli, copy_plugin, finished, tmp_path_factory):
    """`(version folder, outcome)` of an export of the added target alone."""
    top = tmp_path_factory.mktemp("copy")
    outcome = cli("export", f"--run_dir={finished.path}", "--name=small", f"--out={top}",
                  "--targets=copy")  # fmt: skip
    assert outcome.code == 0, outcome.err
    return top / "small" / "1", outcome


class TestATargetOfOneFile:
    """What was added is there, without another edit."""

    def test_it_is_in_the_help_and_in_the_default(self, copy_plugin, python):
        done = python(
            "import sys, kerasae.exporting.targets as targets\n"
            "targets.__path__.append(sys.argv[1])\n"
            "from kerasae import export\nprint(export.command_line().help())\n"
            "print('tensorflow' in sys.modules)",
            copy_plugin,
        )
        assert done.returncode == 0, done.stderr
        words = " ".join(done.stdout.split())
        assert "copy, keras, micro, onnx, saved_model, tflite [copy,keras,saved_model," in words
        assert done.stdout.rstrip().endswith("False")

    def test_it_is_written_compared_and_recorded(self, published_copy):
        folder, outcome = published_copy
        (item,) = files.read_json(folder / "manifest.json")["functions"]
        assert (item["target"], item["path"]) == ("copy", "copy/encoder.keras")
        assert 0 <= item["difference"] <= item["tolerance"] == 1e-5
        assert outcome.out.startswith("copy/encoder.keras, codes ")
        assert (folder / "copy" / "encoder.keras").is_file()

    def test_it_is_on_the_card(self, published_copy):
        card = (published_copy[0] / "MODEL_CARD.md").read_text()
        assert "With a copy of small, 1 file: `" in card
        assert "/small/1/copy/encoder.keras`." in card

    def test_it_is_verified(self, cli, published_copy):
        outcome = cli("export", f"--verify={published_copy[0]}")
        assert outcome.code == 0, outcome.err
        assert "1 functions are as they were published" in outcome.out

    def test_what_is_off_is_found(self, published_copy, tmp_path):
        from kerasae.exporting import golden, implied, manifest

        calls = implied.calls(published_copy[0], manifest.read(published_copy[0]))
        shutil.copytree(published_copy[0] / "copy", tmp_path / "copy")
        with np.load(published_copy[0] / "golden.npz") as stored:
            np.savez(tmp_path / "golden.npz", **{**stored, "code": stored["code"] * (1 + 3e-5)})
        with pytest.raises(RunError, match=r"The copy/encoder\.keras signature 'codes' differs"):
            golden.check(tmp_path, calls)

    def test_elsewhere_it_is_refused_by_name(self, published_copy, python):
        done = python(
            "import sys\nfrom kerasae import cli, export\n"
            "sys.argv = ['export', '--verify=' + sys.argv[1]]\n"
            "cli.run(export.command_line, export.main)",
            published_copy[0],
            warm=True,
        )
        assert done.returncode == 1
        assert "names an export target that this kerasae hasn't. Received: 'copy'" in done.stderr


def test_unknown_targets_are_refused(copy_plugin):
    from kerasae.config import ConfigError

    ExportConfig(targets=("copy",))
    with pytest.raises(ConfigError, match="one of copy, keras, micro, onnx, saved_model, tflite"):
        ExportConfig(targets=("jax",))
