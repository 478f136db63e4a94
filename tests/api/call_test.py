"""Flags and arguments of each verb are the same, and so is what is said of them."""

import ast
import importlib
import inspect
import re

import numpy as np
import pytest

from kerasae import api
from kerasae.api import call, functions, stub
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError

VERBS = (
    "train", "search", "readout", "evaluate", "report", "export", "transfer", "encode", "compare",
    "reproduce",
)  # fmt: skip
# What only prints is of no use in Python.
PRINTING = {"summary"}
IMAGES = np.zeros((20, 8, 8), np.uint8)


def flags(verb: str) -> CommandLine:
    """Those of the command line."""
    return importlib.import_module(f"kerasae.{verb}").command_line()


@pytest.mark.parametrize("verb", VERBS)
def test_the_arguments_are_the_flags(verb):
    line, parameters = flags(verb), inspect.signature(getattr(api, verb)).parameters
    beside = set(call.ARRAYS) if "dataset" in line.annotations else set()
    options = {f"{plugins.flag}_options" for plugins in line.plugins}
    settings = set(line.annotations) - PRINTING
    assert set(parameters) == settings | beside | options
    for name in settings:
        default = parameters[name].default
        if default is not inspect.Parameter.empty:
            assert default == line.values[name].default, name


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_is_that_of_the_flags(verb):
    line, text = flags(verb), " ".join(inspect.getdoc(getattr(api, verb)).split())
    for name in inspect.signature(getattr(api, verb)).parameters:
        assert f" {name}: " in text
    for name in ("run_dir", "out", "heads", "figures"):
        if name in line.annotations and "--" not in line.values[name].help:
            assert line.values[name].help in text
    assert re.sub(r"with --help", "", text).count("--") == 0
    assert text.index("Args:") < text.index("Returns:") < text.index("Raises:")


def test_every_function_has_its_verb():
    public = {name for name, one in vars(functions).items() if hasattr(one, "__signature__")}
    assert public == set(VERBS)
    assert public <= set(api.__all__)


def test_type_checkers_see_the_same():
    """`python -m kerasae.api.stub` writes the file anew."""
    written = ast.parse(stub.PATH.read_text(encoding="utf-8"))
    assert ast.dump(written) == ast.dump(ast.parse(stub.text()))


def test_a_wrong_name_is_a_type_error_with_one_that_is_like_it():
    with pytest.raises(TypeError, match=r"^train\(\) got an unexpected .*'epoch'.*'epochs'\?$"):
        api.train(IMAGES, epoch=3)
    with pytest.raises(TypeError, match=r"^search\(\) missing a required argument: 'out'"):
        api.search(IMAGES, space="pooled")
    with pytest.raises(TypeError, match=r"^train\(\) too many positional arguments"):
        api.train(IMAGES, None, 3)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"early_stopping": 3}, "early_stopping needs validation_fraction above 0"),
        ({"epochs": 0}, "epochs must be 1 or more"),
        ({"seed": 1, "seeds": (1, 2)}, "seed and seeds can't be given together"),
        ({"model_options": {"latent_dim": "x"}}, 'model_options["latent_dim"] must be'),
        ({"dataset": "arrays:nothing"}, "The images of arrays:nothing were given as arrays"),
        ({"dataset": "digits", "labels": [1]}, "labels must stand beside an array of images"),
        ({"dataset": IMAGES.astype(int)}, "images must be an array"),
        ({"dataset": IMAGES, "labels": [0]}, "must be an array of whole numbers, one for each"),
        ({"dataset": api.dataset(IMAGES), "labels": [0] * 20}, "labels must stand beside"),
    ],
)
def test_mistakes_are_told_in_the_words_of_python(given, complaint, tmp_path):
    with pytest.raises(ConfigError, match=re.escape(complaint)) as refused:
        api.train(**given, run_dir=tmp_path / "run")
    assert "--" not in str(refused.value)
    assert not (tmp_path / "run").exists() or not any((tmp_path / "run").iterdir())


def test_two_datasets_of_one_name_are_refused(tmp_path):
    source = api.dataset(IMAGES, name="mine")

    class Run:
        def __init__(self):
            self.source = source

        def __fspath__(self):
            return str(tmp_path)

    with pytest.raises(ConfigError, match="Two different datasets are called arrays:mine"):
        api.readout(Run(), api.dataset(IMAGES + 1, name="mine"))


def test_a_run_that_is_not_there(tmp_path):
    with pytest.raises(
        ConfigError, match=r"^run_dir=.* holds no run. python -m kerasae.train '--f"
    ):
        api.readout(tmp_path / "none")
    with pytest.raises(ConfigError, match=r"^run_dir=.* holds no run"):
        api.open_run(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_an_export_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match=r"^saved_model must be a folder or"):
        api.open_export(tmp_path / "none")
