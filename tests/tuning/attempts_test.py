"""Deaths of a process that count against its trial, and those that don't."""

import pytest

from kerasae.tuning import attempts
from kerasae.workers import oom


@pytest.fixture
def counters(tmp_path, monkeypatch):
    """Sets how many processes the system has ended for lack of memory."""
    monkeypatch.setattr(oom, "COUNTERS", tmp_path / "vmstat")

    def write(kills):
        oom.COUNTERS.write_text(f"nr_free_pages 7\noom_kill {kills}\nswpin 9\n", "utf-8")

    return write


def test_what_starves_the_system_is_given_up_after_three_times(counters, tmp_path):
    for kills in (5, 6, 7):
        counters(kills)
        assert attempts.register_attempt(tmp_path / "notes.json", 2) is None
    counters(8)
    reason = attempts.register_attempt(tmp_path / "notes.json", 2)
    assert reason.startswith("out of memory: 3 times the process died in epoch 3")


def test_a_process_that_is_killed_from_outside_is_no_fault_of_the_trial(counters, tmp_path):
    counters(5)
    for _ in range(attempts.MAX_DEATHS):
        assert attempts.register_attempt(tmp_path / "notes.json", 0) is None
    reason = attempts.register_attempt(tmp_path / "notes.json", 0)
    assert reason == "the process died 10 times in epoch 1 without a word"


def test_a_finished_epoch_and_a_restart_of_the_system_begin_anew(counters, tmp_path):
    for kills, epochs in ((1, 0), (2, 0), (3, 0), (4, 1), (5, 1), (0, 1), (1, 1)):
        counters(kills)
        assert attempts.register_attempt(tmp_path / "notes.json", epochs) is None


def test_where_the_system_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr(oom, "COUNTERS", tmp_path / "nothing")
    for _ in range(5):
        assert attempts.register_attempt(tmp_path / "notes.json", 0) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"epochs": 0}', "[" * 100_000, '{"epochs": 0, "deaths": 99}']
)
def test_damaged_notes_never_fail_a_trial(counters, tmp_path, caplog, text):
    counters(5)
    notes = tmp_path / "notes.json"
    notes.write_text(text, encoding="utf-8")
    assert attempts.register_attempt(notes, 0) is None
    assert "notes.json" in caplog.text and "counted anew" in caplog.text
    for _ in range(attempts.MAX_DEATHS - 1):
        assert attempts.register_attempt(notes, 0) is None
    assert attempts.register_attempt(notes, 0) is not None


def test_a_changed_count_never_fails_a_trial(counters, tmp_path):
    counters(5)
    notes = tmp_path / "notes.json"
    attempts.register_attempt(notes, 0)
    notes.write_text(notes.read_text().replace('"deaths": 0', '"deaths": 98'), encoding="utf-8")
    assert attempts.register_attempt(notes, 0) is None
