"""Flags as arguments in Python: names, types, values and words of messages."""

import dataclasses
import re
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from kerasae import arguments, run_flags
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, FilePath, RunError, option
from kerasae.data.config import DataConfig
from kerasae.readouts.config import HEADS, ReadoutConfig
from kerasae.run_config import TrainingConfig


@dataclasses.dataclass(frozen=True)
class Settings:
    number: int = option(3, "a number")
    rate: float = option(0.5, "a rate, with --number")
    maybe: str | None = option(None, "a word or nothing")
    switch: bool = option(True, "on or off")
    kind: Literal["soft", "hard"] = option("soft", "one of two")
    sizes: tuple[int, ...] = option((3, 4), "some numbers")
    names: tuple[str, ...] = option((), "some names")
    run_dir: FilePath | None = option(None, "a folder", shown_default="RUNS")


@pytest.fixture
def line():
    made = CommandLine("")
    made.add_dataclass("Things", Settings)
    return made


@pytest.fixture
def run_line():
    made = CommandLine("")
    run_flags.define(made)
    return made


def made(line, **given):
    arguments.assign(line, given)
    return line.make(Settings)


class TestValues:
    def test_what_is_not_given_is_the_default(self, line):
        assert made(line, number=None) == Settings()
        assert not line.given("number")

    def test_given_is_known_of_a_default_too(self, line):
        made(line, number=3)
        assert line.given("number")

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"sizes": [5, 6]}, {"sizes": (5, 6)}),
            ({"sizes": 5}, {"sizes": (5,)}),
            ({"sizes": np.array([5, 6])}, {"sizes": (5, 6)}),
            ({"sizes": range(2)}, {"sizes": (0, 1)}),
            ({"sizes": ()}, {"sizes": ()}),
            ({"names": "one"}, {"names": ("one",)}),
            ({"names": (1, "b")}, {"names": ("1", "b")}),
            ({"number": np.int64(7)}, {"number": 7}),
            ({"rate": 1}, {"rate": 1.0}),
            ({"rate": np.float32(0.5)}, {"rate": 0.5}),
            ({"switch": False}, {"switch": False}),
            ({"run_dir": Path("runs") / "one"}, {"run_dir": "runs/one"}),
        ],
    )
    def test_what_will_do(self, line, given, expected):
        found = made(line, **given)
        assert found == Settings(**expected)
        ((name, value),) = expected.items()
        assert type(getattr(found, name)) is type(value)

    def test_the_home_folder(self, line, monkeypatch):
        monkeypatch.setenv("HOME", "/home/me")
        assert made(line, run_dir="~/x").run_dir == "/home/me/x"

    @pytest.mark.parametrize(
        ("given", "complaint"),
        [
            ({"number": "7"}, "number must be a whole number. Received: number=7."),
            ({"number": 7.5}, "number must be a whole number"),
            ({"number": True}, "number must be a whole number"),
            ({"rate": 10**400}, "rate must be"),
            ({"maybe": 3}, "maybe must be a text. Received: maybe=3."),
            ({"switch": "no"}, "switch must be true or false"),
            ({"switch": 0}, "switch must be true or false"),
            ({"kind": "medium"}, "kind must be one of hard, soft. Received: 'medium'."),
            ({"sizes": "3,4"}, "sizes must be a whole number"),
            ({"sizes": {3}}, "sizes must be a whole number"),
            ({"run_dir": 5}, "run_dir must be a path"),
        ],
    )
    def test_what_will_not(self, line, given, complaint):
        with (
            pytest.raises(ConfigError, match=re.escape(complaint)),
            arguments.in_words_of_python(line),
        ):
            arguments.assign(line, given)
            Checked(**vars(line.make(Settings)))


@dataclasses.dataclass(frozen=True)
class Checked(Settings):
    def __post_init__(self):
        from kerasae.options import check_options

        check_options(self)


class TestOptionsOfPlugins:
    def test_of_the_one_that_is_chosen(self, run_line):
        given = {"model": "pooled", "model_options": {"latent_dim": 7, "filters": [3, 4]}}
        arguments.assign(run_line, {**given, "epochs": 2})
        config = run_flags.read(run_line)
        assert (config.model_config.latent_dim, config.model_config.filters) == (7, (3, 4))
        assert config.training == TrainingConfig(epochs=2)
        assert config.data == DataConfig()

    def test_are_what_flags_would_be(self, run_line):
        arguments.assign(run_line, {"model": "all_convolutional", "model_options": {"tied": True}})
        flags = ["--model=all_convolutional", "--model.tied=true"]
        assert run_flags.read(run_line) == run_flags.parse(flags)

    def test_of_several_by_their_names(self):
        line = CommandLine("")
        line.add_dataclass("Readout", ReadoutConfig)
        line.add_plugins(HEADS)
        arguments.assign(line, {"heads": ["ffn", "knn"], "heads_options": {"ffn": {"hidden": 9}}})
        configs = line.make_plugin_configs("heads")
        assert configs["ffn"].hidden == (9,)

    @pytest.mark.parametrize(
        ("given", "complaint"),
        [
            ({"model_options": {"width": 3}}, "pooled has no option 'width'. Known: filters, "),
            ({"model_options": 3}, "model_options must be a dictionary. Received: model_options=3"),
            ({"model": "pool"}, "model must be one of all_convolutional, pooled"),
            (
                {"model_options": {"latent_dim": 0}},
                'model_options["latent_dim"] must be 1 or more',
            ),
            (
                {"model_options": {"latent_dim": "x"}},
                'model_options["latent_dim"] must be a whole number',
            ),
        ],
    )
    def test_mistakes(self, run_line, given, complaint):
        with (
            pytest.raises(ConfigError, match=re.escape(complaint)),
            arguments.in_words_of_python(run_line),
        ):
            arguments.assign(run_line, given)
            run_flags.read(run_line)

    @pytest.mark.parametrize(
        ("given", "complaint"),
        [
            ({"heads_options": {"knn": {}}}, "options of 'knn', which heads doesn't choose"),
            ({"heads_options": {"ffn": 3}}, "heads_options must hold dictionaries"),
            ({"heads_options": {"ffn": {"size": 3}}}, "ffn has no option 'size'"),
        ],
    )
    def test_mistakes_where_there_may_be_several(self, given, complaint):
        line = CommandLine("")
        line.add_dataclass("Readout", ReadoutConfig)
        line.add_plugins(HEADS)
        with pytest.raises(ConfigError, match=re.escape(complaint)):
            arguments.assign(line, {"heads": "ffn", **given})


class TestMessages:
    @pytest.mark.parametrize(
        ("message", "expected"),
        [
            ("--number must be 3. Received: number=4.", "number must be 3. Received: number=4."),
            ("--switch goes on.", "switch=True goes on."),
            ("--switch=false ends it.", "switch=false ends it."),
            ("--kind=soft needs --sizes; x--y -- no", "kind=soft needs sizes; x--y -- no"),
            ("--unknown names a folder", "unknown names a folder"),
            (
                "X is not there. python -m kerasae.train --flagfile=… --run_dir='a b' --resume "
                "makes it; --switch too.",
                "X is not there. python -m kerasae.train --flagfile=… --run_dir='a b' --resume "
                "makes it; switch=True too.",
            ),
        ],
    )  # fmt: skip
    def test_flags_become_arguments(self, line, message, expected):
        assert arguments.in_python(message, line) == expected

    def test_the_kind_of_error_and_its_cause_stay(self, line):
        class SomeError(RunError):
            pass

        cause = ValueError("x")
        with (
            pytest.raises(SomeError, match=r"^rate is wrong") as raised,
            arguments.in_words_of_python(line),
        ):
            raise SomeError("--rate is wrong") from cause
        assert raised.value.__cause__ is cause


def test_parameters_and_their_help(line):
    parameters = arguments.parameters(line)
    assert list(parameters) == [field.name for field in dataclasses.fields(Settings)]
    assert all(one.kind is one.KEYWORD_ONLY for one in parameters.values())
    assert {name: one.default for name, one in parameters.items()} == vars(Settings())
    assert parameters["kind"].annotation == Literal["soft", "hard"]
    assert str(parameters["sizes"].annotation) == "int | collections.abc.Sequence[int]"
    assert str(parameters["run_dir"].annotation) == "str | os.PathLike[str] | None"
    texts = arguments.documentation(line)
    assert texts["rate"] == "a rate, with number"
    assert texts["kind"] == "one of two"
    assert texts["run_dir"] == "a folder [RUNS]"
