"""Kinds of datasets that a test adds."""

import contextlib

import plugins
import pytest

from kerasae import registry


@pytest.fixture
def source_plugin(tmp_path_factory):
    """Adds a kind of datasets for one test: `source_plugin(kind, code)`."""
    with contextlib.ExitStack() as added:
        yield lambda kind, code: added.enter_context(
            plugins.added(registry.SOURCES, tmp_path_factory.mktemp("plugins"), **{kind: code})
        )
