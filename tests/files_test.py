"""Paths that a user gives, and texts that are read."""

import tracemalloc

import pytest

from kerasae import files
from kerasae.config import ConfigError, RunError


def test_a_home_folder_takes_the_place_of_its_sign(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert [files.expand_user(path) for path in ("~", "~/x", "./~", "x/~", "")] == [
        "/home/me", "/home/me/x", "./~", "x/~", "",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["~nobody_at_all", "~nobody_at_all/x"])
def test_nobodys_home(path):
    with pytest.raises(ConfigError, match=f"no home folder to put in the place of ~ in {path}"):
        files.expand_user(path)


def test_a_null_character():
    with pytest.raises(ConfigError, match=r"null character\. Received: path=a\?b"):
        files.expand_user("a\0b")


def test_a_text_takes_the_memory_of_its_size_alone(tmp_path):
    path = tmp_path / "text"
    path.write_text("some words", encoding="utf-8")
    tracemalloc.start()
    try:
        assert files.read_text(path) == "some words"
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_text_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "text"
    path.write_text("some words", encoding="utf-8")
    with pytest.raises(RunError, match="text is too large: more than 9 bytes"):
        files.read_text(path, 9)
