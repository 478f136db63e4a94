"""What follows a result: said, and no more."""

import logging

import pytest

from kerasae import afterwards, cli, cli_flags
from kerasae.config import RunError


def run(monkeypatch, main):
    """Exit code of a command line whose work is `main`."""
    monkeypatch.setattr("sys.argv", ["kerasae.test"])
    with pytest.raises(SystemExit) as exit_:
        cli.run(lambda: cli_flags.CommandLine("Tests."), main)
    return exit_.value.code


def test_a_failure_is_logged_with_its_reason(caplog):
    with afterwards.attempt("The figure confusion"):
        raise ValueError("no room\nfor it")
    with afterwards.attempt("The page"):
        raise MemoryError
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "The figure confusion can't be made: no room"),
        (logging.ERROR, "The page can't be made: MemoryError"),
    ]


def test_an_interrupt_is_no_failure():
    with pytest.raises(KeyboardInterrupt), afterwards.attempt("The page"):
        raise KeyboardInterrupt


def test_a_command_reports_its_result_first_and_ends_with_1(monkeypatch, capfd):
    def main(line):
        with afterwards.attempt("The figure a"):
            raise RunError("it needs x")
        print("accuracy 0.9")

    assert run(monkeypatch, main) == 1
    assert capfd.readouterr() == (
        "accuracy 0.9\n", "kerasae: The figure a can't be made: it needs x\n"
    )  # fmt: skip


def test_a_command_that_fails_later_says_both(monkeypatch, capfd):
    def main(line):
        with afterwards.attempt("The figure a"):
            raise RunError("it needs x")
        raise RunError("The disk is full.")

    assert run(monkeypatch, main) == 1
    assert capfd.readouterr().err.splitlines() == [
        "kerasae: The disk is full.", "kerasae: The figure a can't be made: it needs x"
    ]  # fmt: skip


def test_names_command_no_terminal(monkeypatch, capfd):
    """Neither from results, nor from what is logged or refused."""

    def main(line):
        print("class \x1b[31mred: 0.9")
        logging.getLogger("kerasae.test").info("reading \x1b]0;title\x07")
        raise RunError("No class two\nlines.")

    assert run(monkeypatch, main) == 1
    out, err = capfd.readouterr()
    assert out == "class \\x1b[31mred: 0.9\n"
    assert err.splitlines() == ["reading \\x1b]0;title\\x07", "kerasae: No class two\\nlines."]
