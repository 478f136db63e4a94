"""The verbs, found by their files, and the command that holds them all."""

import re
import sys

import pytest

import kerasae
from kerasae import __main__, commands
from kerasae.cli_flags import CommandLine


@pytest.fixture
def command(monkeypatch, capsys):
    """`kerasae` with arguments; its exit code and streams."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["kerasae", *arguments])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        return end.value.code, *capsys.readouterr()

    return run


def test_verbs_are_the_command_lines():
    assert {"train", "search", "readout", "completion"} <= set(commands.names())
    assert not {"cli", "cli_flags", "commands", "__main__", "__init__"} & set(commands.names())


@pytest.mark.parametrize("name", commands.names())
def test_each_verb_has_flags_work_and_a_line_on_what_it_is_for(name):
    module = commands.load(name)
    assert isinstance(module.command_line(), CommandLine)
    assert callable(module.main)
    assert f": python -m kerasae.{name}" in module.__doc__.splitlines()[0]
    assert commands.summary(name)[0].isupper()
    assert "python" not in commands.summary(name)


@pytest.mark.parametrize("name", commands.names())
def test_help_says_the_range_of_every_number(name):
    line = commands.load(name).command_line()
    for flag, annotation in line.annotations.items():
        if {"int", "float"} & set(re.findall(r"\w+", str(annotation))):
            assert re.search(r"; (above|-?\d).*, (at most|below) \S+$", line.values[flag].help), (
                flag
            )


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_the_command_lists_every_verb(command, arguments):
    code, out, err = command(*arguments)
    assert (code, err) == (0, "")
    for name in commands.names():
        assert f"\n  {name} " in out
        assert commands.summary(name) in out


def test_version(command):
    assert command("--version") == (0, f"kerasae {kerasae.__version__}\n", "")


@pytest.mark.parametrize("word", ["trian", "", "--train", "cli", "__init__", "../train"])
def test_an_unknown_verb_is_refused_with_those_there_are(command, word):
    code, out, err = command(word)
    assert (code, out) == (2, "")
    assert err.startswith("kerasae: The first word after kerasae must be one of ")
    assert all(name in err for name in commands.names())
    assert err.endswith(f"Received: {word!r}.\n")


def test_a_verb_gets_what_follows(command):
    code, out, _ = command("compare", "--help")
    assert (code, out) == (0, commands.load("compare").command_line().help() + "\n")
    code, out, err = command("compare", "--run_dirs=")
    assert (code, out) == (2, "")
    assert err.startswith("kerasae: --run_dirs must be given.")


def test_the_command_needs_no_heavy_package(python):
    code = (
        "import sys\n"
        "from kerasae import __main__\n"
        "sys.argv = ['kerasae']\n"
        "try:\n    __main__.main()\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules)\n"
    )
    done = python(code)
    assert (done.returncode, done.stderr) == (0, "")
