"""Standard streams that are closed, full or of few characters, in processes of their own."""

import io
import os
import subprocess
import sys

import pytest
from command_lines import ROOT

from kerasae import streams

PROGRAM = """
import os, sys
from kerasae import cli, cli_flags
def main(line):
    print('ü' * 3)
    print('note', file=sys.stderr)
    with open(os.environ['MADE'], 'w') as file:
        file.write('whole')
    print('more' * 10_000)
cli.run(lambda: cli_flags.CommandLine('usage' + 'x' * 100_000), main)
"""


@pytest.fixture
def run(tmp_path):
    """Runs the program with shell redirections; gives exit code, both streams and what it made."""

    def run(redirections, *arguments, **environment):
        made = tmp_path / "made"
        done = subprocess.run(
            ["/bin/sh", "-c", f'"$0" -c "$1" {" ".join(arguments)} {redirections}',
             sys.executable, PROGRAM],
            cwd=ROOT, capture_output=True, timeout=60, check=False,
            env=os.environ | {"MADE": str(made)} | environment,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr, made.read_text() if made.exists() else ""

    return run


@pytest.mark.parametrize("redirections", [">&-", "2>&-", "<&- >&- 2>&-", ">/dev/null 2>/dev/full"])
def test_closed_streams_change_nothing(run, redirections):
    code, _, err, made = run(redirections)
    assert (code, made) == (0, "whole")
    assert err in (b"", b"note\n")


def test_a_full_stdout_is_a_failure_after_the_work(run):
    code, _, err, made = run(">/dev/full")
    assert (code, made) == (1, "whole")
    assert (
        err == b"note\nkerasae: What was to be shown can't be written: No space left on device.\n"
    )


def test_characters_that_a_terminal_lacks_are_replaced(run):
    code, out, err, _ = run("", PYTHONIOENCODING="ascii")
    assert (code, err) == (0, b"note\n")
    assert out.startswith(b"???\nmoremore")


@pytest.mark.parametrize("argument", ["", "--help"])
def test_who_reads_stdout_may_leave(run, argument):
    code, out, err, _ = run("| head -c 3", argument)
    assert (code, len(out)) == (0, 3)
    assert err in (b"", b"note\n")


def test_streams_are_as_before_at_the_end(monkeypatch):
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with streams.patient() as (patient, _):
        print("shown")
        assert not patient.isatty()
    assert (sys.stdout, sys.stderr) == (out, err)
    assert out.getvalue() == "shown\n"


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


def test_the_first_error_is_kept(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    with streams.patient() as (out, _):
        print("lost")
        print("lost again")
    assert out.error.errno == 28
