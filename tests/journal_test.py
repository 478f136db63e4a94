"""Journals: what is cut loses one line, and what is changed is refused."""

import dataclasses
import json

import pytest

from kerasae import journal
from kerasae.config import RunError
from kerasae.journal import Journal


@dataclasses.dataclass(frozen=True)
class Line:
    text: str
    numbers: tuple[float, ...] = ()


LINES = [Line("first", (0.1, 1e-300)), Line("größer\n"), Line("third", (3.0,))]


@pytest.fixture
def path(tmp_path):
    """A journal of three lines."""
    written = Journal(tmp_path / "journal.jsonl", Line)
    for line in LINES:
        written.append(line)
    return tmp_path / "journal.jsonl"


def test_what_was_written_is_read_and_gone_on_with(path):
    assert journal.read(path, Line) == LINES
    again = Journal(path, Line)
    assert again.entries == LINES
    again.append(Line("fourth"))
    assert journal.read(path, Line) == [*LINES, Line("fourth")]


def test_without_a_file_there_is_nothing(tmp_path):
    assert Journal(tmp_path / "nothing", Line).entries == []
    assert journal.read(tmp_path / "nothing", Line) == []
    assert not (tmp_path / "nothing").exists()


def test_a_cut_loses_the_line_that_is_cut_and_no_other(path):
    whole = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        kept = LINES[: sum(end <= cut for end in ends)]
        assert journal.read(path, Line) == kept
    Journal(path, Line).append(Line("new"))
    assert journal.read(path, Line) == [*LINES[:2], Line("new")]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace("0.1", "0.2"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[2]],
        lambda lines: [*lines[:2], json.dumps({"text": "third", "numbers": [3.0]}) + "\n"],
    ],
    ids=["number", "first out", "one out", "moved", "twice", "unsealed"],
)
def test_what_was_changed_is_refused(path, change):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(change(lines)), encoding="utf-8")
    with pytest.raises(RunError, match=r"journal\.jsonl was changed since kerasae wrote it"):
        Journal(path, Line)


@pytest.mark.parametrize("text", ["[]\n", "{\n", "null", '{"text": 3}\n', "[" * 100_000 + "\n"])
def test_what_is_no_journal_is_refused(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"journal\.jsonl is damaged"):
        journal.read(path, Line)


def test_what_is_no_number_is_never_written(path):
    before = path.read_bytes()
    with pytest.raises(ValueError):
        Journal(path, Line).append(Line("bad", (float("nan"),)))
    assert path.read_bytes() == before


def test_a_line_costs_the_same_however_long_the_file_is(path, monkeypatch):
    """What is written once is never read or written again."""
    written = Journal(path, Line)
    monkeypatch.setattr(journal, "_read", None)
    before = path.stat().st_size
    for _ in range(100):
        written.append(Line("more"))
    assert path.stat().st_size - before == 100 * len(json.dumps(
        {"text": "more", "numbers": [], "sha256": "0" * 64}
    ) + "\n")  # fmt: skip
