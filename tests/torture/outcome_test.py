import dataclasses
import os
import signal

import pytest

from kerasae import csv_files, files
from torture import content, outcome
from torture.process import Finished
from torture.stage import Sandbox

FINE = Finished("python -m kerasae.report", 0, "done\n", "", 1.0, False, 0)


def ended(**changes):
    return outcome.of_command(dataclasses.replace(FINE, **changes))


class TestOfCommand:
    def test_well_or_refused_in_one_line_is_right(self):
        assert ended() == []
        assert ended(code=2, err="kerasae: --epochs must be 1 or more.\n") == []
        assert ended(code=1, err="epoch 1/2\nkerasae: The disk is full.\n") == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"hung": True, "code": -9},
            {"code": -11},
            {"code": 3},
            {"code": 1, "err": "Traceback (most recent call last):\n  …\nValueError: x\n"},
            {"err": "Traceback (most recent call last):\n  …\nValueError: x\n"},
            {"code": 1},
            {"code": 2, "err": "kerasae: one\nkerasae: two\n"},
            {"code": 1, "err": "kerasae: Unforeseen KeyError: 'x'. Its traceback is in /tmp/x.\n"},
        ],
    )
    def test_anything_else_is_wrong(self, changes):
        assert ended(**changes)

    def test_a_signal_that_was_sent_may_end_it_and_no_other(self):
        terminated = dataclasses.replace(FINE, code=-signal.SIGTERM)
        assert outcome.of_command(terminated, [signal.SIGTERM]) == []
        assert outcome.of_command(terminated, [signal.SIGHUP])


class TestContent:
    def test_times_are_left_out_and_numbers_are_not(self, tmp_path):
        def snapshot(seconds, error):
            files.write_json(tmp_path / "a.json", {"train_seconds": seconds, "error": error})
            csv_files.write(tmp_path / "a.csv", ["seconds", "error"], [{"seconds": seconds}])
            return content.snapshot(tmp_path)

        assert snapshot(1, 0.5) == snapshot(2, 0.5)
        assert snapshot(1, 0.5) != snapshot(1, 0.25)

    def test_links_pipes_and_empty_folders_are_seen(self, tmp_path):
        (tmp_path / "empty").mkdir()
        (tmp_path / "link").symlink_to("nowhere")
        os.mkfifo(tmp_path / "pipe")
        found = content.snapshot(tmp_path)
        assert found == {"empty": "empty folder", "link": "link to nowhere", "pipe": "pipe"}


def test_what_is_lost_changed_or_new_is_named():
    before, expected = {"a": "1", "b": "1"}, {"a": "2", "b": "1", "c": "1"}
    assert outcome.nothing_lost(before, {"a": "2", "b": "1"}, expected) == []
    assert outcome.nothing_lost(before, {"a": "1", "b": "1", "c": "1"}, expected) == []
    assert outcome.nothing_lost(before, {"a": "1"}, expected) == ["b is lost"]
    assert outcome.nothing_lost(before, {"a": "3", "b": "1"}, expected)
    assert outcome.same(expected, {"a": "1", "b": "1", "d": "1"}) == [
        "a is other than undisturbed", "c missing", "d new"
    ]  # fmt: skip


def test_what_is_written_outside_and_left_half_written_is_named(tmp_path):
    for name in ("work", "home", "tmp"):
        (tmp_path / name).mkdir()
    box = Sandbox(tmp_path)
    assert outcome.strays(box) + outcome.scratch(box.work) == []
    (tmp_path / "escaped").touch()
    (box.work / ".partial-x").mkdir()
    assert outcome.strays(box) == ["written outside: escaped"]
    assert outcome.scratch(box.work) == [".partial-x is left"]
