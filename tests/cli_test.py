"""Exit codes, interrupts and logging of every command line."""

import contextlib
import io
import logging
import signal
import sys
import tempfile
import time

import pytest

from kerasae import cli
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, RunError


@pytest.fixture
def line():
    made = CommandLine("What it does.\n")
    made.add("More", "seed", int, 0, "the seed")
    return made


class TestRun:
    def run(self, line, monkeypatch, main, *flags):
        monkeypatch.setattr("sys.argv", ["program", *flags])
        with pytest.raises(SystemExit) as end:
            cli.run(lambda: line, main)
        return end.value.code

    def test_interrupted_while_flags_are_made(self, monkeypatch, capsys):
        def make():
            raise KeyboardInterrupt

        monkeypatch.setattr("sys.argv", ["program"])
        with pytest.raises(SystemExit) as end:
            cli.run(make, lambda _: None)
        assert (end.value.code, capsys.readouterr().err) == (130, "kerasae: Interrupted.\n")

    def test_an_interrupt_that_python_drops_comes_again(self, line, monkeypatch, capsys):
        class Cleared:
            def __del__(self):
                raise KeyboardInterrupt

        def main(_):
            Cleared()
            time.sleep(60)

        start = time.monotonic()
        assert self.run(line, monkeypatch, main) == 130
        assert time.monotonic() - start < 60  # It didn't wait for the end.
        assert capsys.readouterr().err == "kerasae: Interrupted.\n"

    def test_other_errors_of_clearing_away_are_shown_as_ever(self, line, monkeypatch):
        class Cleared:
            def __del__(self):
                raise ValueError("shown")

        seen = []
        monkeypatch.setattr("sys.unraisablehook", lambda found: seen.append(str(found.exc_value)))
        assert self.run(line, monkeypatch, lambda _: Cleared() and None) == 0
        assert seen == ["shown"]

    def test_a_second_interrupt_ends_the_process_at_once(self, python):
        done = python(
            "import os, signal\n"
            "from kerasae import cli, cli_flags, wording\n"
            "def again(text):\n    os.kill(os.getpid(), signal.SIGINT)\n    return text\n"
            "def main(line):\n    wording.one_line = again\n    raise KeyboardInterrupt\n"
            "cli.run(lambda: cli_flags.CommandLine('usage'), main)"
        )
        assert (done.returncode, done.stderr) == (-signal.SIGINT, "")

    @pytest.mark.parametrize("flag", ["--help", "-h", "--helpfull", "-help", "--helpshort"])
    def test_help_comes_first(self, line, monkeypatch, capsys, flag):
        code = self.run(line, monkeypatch, lambda _: 1 / 0, "--nmber=1", flag)
        assert code == 0
        assert capsys.readouterr().out == line.help() + "\n"

    def test_done(self, line, monkeypatch, capsys):
        assert self.run(line, monkeypatch, lambda _: None) == 0
        assert capsys.readouterr().err == ""

    def test_tensorflow_without_memory(self, line, monkeypatch, capsys):
        import tensorflow as tf

        def main(_):
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

        assert self.run(line, monkeypatch, main) == 1
        assert capsys.readouterr().err == "kerasae: There is too little memory for this.\n"

    @pytest.mark.parametrize(
        ("error", "code", "said"),
        [
            (ConfigError("wrong"), 2, "kerasae: wrong\n"),
            (RunError("failed"), 1, "kerasae: failed\n"),
            (OSError(28, "No space left on device"), 1, "No space left on device"),
            (MemoryError(), 1, "kerasae: There is too little memory for this.\n"),
            (KeyboardInterrupt("to go on"), 130, "kerasae: to go on\n"),
            (KeyboardInterrupt(), 130, "kerasae: Interrupted.\n"),
        ],
    )
    def test_failures(self, line, monkeypatch, capsys, error, code, said):
        def main(_):
            raise error

        assert self.run(line, monkeypatch, main) == code
        streams = capsys.readouterr()
        assert said in streams.err
        assert streams.out == ""

    @pytest.mark.parametrize(
        "error", [ZeroDivisionError("by\n0"), AttributeError(), RecursionError("x")]
    )
    def test_a_fault_of_the_program_is_one_line_and_a_file(
        self, line, monkeypatch, capsys, tmp_path, error
    ):
        def main(_):
            raise error

        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        assert self.run(line, monkeypatch, main) == 1
        (said,) = capsys.readouterr().err.splitlines()
        (written,) = tmp_path.iterdir()
        assert said.startswith(f"kerasae: Unforeseen {type(error).__name__}: ")
        assert said.endswith(f" Its traceback is in {written}.")
        assert "raise error" in written.read_text()

    def test_a_fault_that_can_not_be_written_is_one_line_too(
        self, line, monkeypatch, capsys, tmp_path
    ):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        assert self.run(line, monkeypatch, lambda _: 1 / 0) == 1
        (said,) = capsys.readouterr().err.splitlines()
        assert "division by zero. Its traceback can't be written: No such file" in said

    def test_bad_flags(self, line, monkeypatch, capsys):
        assert self.run(line, monkeypatch, lambda _: None, "--nmber=1") == 2
        assert "nmber" in capsys.readouterr().err


class TestInterrupts:
    def test_how_to_go_on_is_added_to_a_bare_interrupt(self, tmp_path):
        with (
            pytest.raises(KeyboardInterrupt) as interrupt,
            cli.resumable(tmp_path, "python -m kerasae.train --resume"),
        ):
            raise KeyboardInterrupt
        assert str(interrupt.value) == (
            f"Stopped. Finished epochs are kept in {tmp_path}. "
            "To go on: python -m kerasae.train --resume"
        )

    def test_errors_pass(self, tmp_path):
        with pytest.raises(RunError, match="failed"), cli.resumable(tmp_path, "again"):
            raise RunError("failed")


class TestLogging:
    def run(self, line, monkeypatch, main):
        monkeypatch.setattr("sys.argv", ["program"])
        with pytest.raises(SystemExit):
            cli.run(lambda: line, main)

    def test_what_the_library_says_is_on_stderr_once(self, line, monkeypatch, capsys):
        def main(_):
            logging.getLogger("kerasae.some.module").info("%d of %s", 3, "four")
            logging.getLogger("kerasae.some.module").debug("details")
            logging.getLogger("another").info("foreign")

        monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler(sys.stderr)])
        self.run(line, monkeypatch, main)
        streams = capsys.readouterr()
        assert (streams.out, streams.err) == ("", "3 of four\n")

    def test_it_goes_to_the_stream_of_the_moment(self, line, monkeypatch):
        """Tests and notebooks put another one in its place."""
        stream = io.StringIO()

        def main(_):
            with contextlib.redirect_stderr(stream):
                logging.getLogger("kerasae").info("a line")

        self.run(line, monkeypatch, main)
        assert stream.getvalue() == "a line\n"

    @pytest.mark.parametrize("error", [None, RunError("failed"), KeyboardInterrupt()])
    def test_logging_is_as_before_at_the_end(self, line, monkeypatch, error):
        def main(_):
            assert logging.getLogger("kerasae").handlers != before
            if error:
                raise error

        logger = logging.getLogger("kerasae")
        before, level, propagate = list(logger.handlers), logger.level, logger.propagate
        self.run(line, monkeypatch, main)
        assert (logger.handlers, logger.level, logger.propagate) == (before, level, propagate)
