"""Properties that hold for any input, tried with many: geometry, flags, settings, spaces."""

import contextlib
import functools
import importlib
import io
import string
import sys
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerasae import cli, geometry
from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.run_config import TrainingConfig
from kerasae.tuning import space_file

VERBS = (
    "train", "search", "readout", "evaluate", "report", "encode", "export", "transfer", "dataset",
)  # fmt: skip
# The same examples every time; a busy machine is no failure.
steady = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
SIZES = st.integers(1, 10**6)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats() | st.integers(-3, 300)
# What a shell can pass; a path outside the folder is no part of the test.
TEXTS = st.text(max_size=40).filter(lambda text: "\0" not in text and not set("/~") & set(text))
VALUES = st.one_of(
    TEXTS,
    NUMBERS.map(str),
    st.lists(NUMBERS, max_size=5).map(lambda items: ",".join(map(str, items))),
    st.sampled_from(
        ["", "true", "none", "nan", "inf", "-inf", "1e309", "0x10", "٣", ",", "9" * 5000]
    ),
)


@steady
@given(SIZES, st.integers(1, 64), st.integers(1, 64), st.sampled_from(["valid", "same"]))
def test_a_convolution_leads_back_to_the_size_that_it_came_from(size, kernel, stride, padding):
    maps = geometry.conv_size(size, kernel, stride, padding)
    if maps < 1:
        assert padding == "valid" and kernel > size
        return
    extra = geometry.transposed_output_padding(maps, size, kernel, stride, padding)
    # Keras's formula of Conv2DTranspose.
    own = 0 if padding == "valid" else kernel // 2
    assert (maps - 1) * stride + kernel - 2 * own + extra == size
    assert geometry.smallest_image(maps, kernel, stride, padding) <= size


class _TensorFlowIsNext(BaseException):
    """Every check before the slow part was passed."""


def _outcome(verb, arguments) -> tuple[int | None, str]:
    """Exit code, None where TensorFlow was next, and stderr of a command line."""
    module = importlib.import_module(f"kerasae.{verb}")
    err = io.StringIO()
    with (
        mock.patch.object(sys, "argv", [f"kerasae.{verb}", *arguments]),
        mock.patch.object(cli, "import_tensorflow_quietly", side_effect=_TensorFlowIsNext),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.run(module.command_line, module.main)
        except SystemExit as end:
            return end.code, err.getvalue()
        except _TensorFlowIsNext:
            return None, ""
    raise AssertionError("a command line ends with an exit code")


@functools.cache
def _flags(verb):
    return sorted(set(importlib.import_module(f"kerasae.{verb}").command_line().values))


@steady
@given(verb=st.sampled_from(VERBS), data=st.data())
def test_any_text_for_any_flag_is_taken_or_refused_in_one_line(verb, data, tmp_path_factory):
    names = data.draw(st.lists(st.sampled_from(_flags(verb)), min_size=1, max_size=3))
    arguments = [f"--{name}={data.draw(VALUES)}" for name in names]
    with contextlib.chdir(tmp_path_factory.getbasetemp()):
        code, err = _outcome(verb, [*arguments, "--download=false"])
    assert code in (None, 0, 2), err
    if code == 2:
        assert len(err.splitlines()) == 1, err
        assert err.startswith("kerasae: ")


@steady
@given(verb=st.sampled_from(VERBS), arguments=st.lists(TEXTS, max_size=4))
def test_any_command_line_is_taken_or_refused_in_one_line(verb, arguments, tmp_path_factory):
    with contextlib.chdir(tmp_path_factory.getbasetemp()):
        code, err = _outcome(verb, arguments)
    assert code in (None, 0, 2), err
    if code == 2:
        assert len(err.splitlines()) == 1, err


@pytest.mark.parametrize("config_class", [DataConfig, TrainingConfig])
@steady
@given(data=st.data())
def test_a_setting_is_one_that_can_be_or_is_refused(config_class, data):
    names = {"batch_size", "epochs", "learning_rate", "momentum", "beta_2", "early_stopping"}
    if config_class is DataConfig:
        names = {"max_examples", "validation_fraction", "memory_budget_mb"}
    values = {name: data.draw(NUMBERS) for name in names}
    try:
        made = config_class(
            **({"dataset": "digits"} if config_class is DataConfig else {}), **values
        )
    except ConfigError as error:
        assert "Received: " in str(error) and "\n" not in str(error)
    else:
        assert all(getattr(made, name) == value for name, value in values.items())


KEYS = st.sampled_from(
    [
        "stages",
        "learning_rate",
        "batch_size",
        '"model.latent_dim"',
        '"model.filters[0]"',
        "seed",
        "x",
    ]
)
ENTRIES = st.sampled_from(["choices", "min", "max", "step", "log", "when", "y"])
TOML_VALUES = st.one_of(
    NUMBERS.map(str),
    st.lists(NUMBERS | st.text(string.ascii_letters, max_size=5).map(repr), max_size=4).map(
        lambda items: "[" + ", ".join(map(str, items)) + "]"
    ),
    st.sampled_from(["true", "false", '"text"', "{ stages = [1, 2] }", "{ x = 1 }", "[[1], [2]]"]),
)
TABLES = st.lists(
    st.tuples(KEYS, st.lists(st.tuples(ENTRIES, TOML_VALUES), max_size=4)), max_size=4
).map(
    lambda tables: "\n".join(
        f"[{key}]\n" + "\n".join(f"{name} = {value}" for name, value in entries)
        for key, entries in tables
    )
)


@steady
@given(text=st.text(max_size=200).filter(lambda text: "\0" not in text) | TABLES)
def test_any_text_is_a_space_or_refused(text, tmp_path_factory, small_space_base):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode())
    try:
        candidates = space_file.load(path, small_space_base, (12, 12))
    except ConfigError as error:
        assert str(path) in str(error)
    else:
        assert candidates.space.names


@pytest.fixture(scope="module")
def small_space_base():
    """Settings that a space varies."""
    from kerasae import run_flags
    from kerasae.cli_flags import CommandLine

    line = CommandLine("Varies.\n")
    run_flags.define(line)
    line.parse(["program", "--dataset=digits", "--image_size=12", "--validation_fraction=0.2"])
    return run_flags.read(line)
