"""Paths that a user gives."""

import pytest

from kerasae import files
from kerasae.config import ConfigError


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
