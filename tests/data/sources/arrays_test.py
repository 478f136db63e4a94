"""Arrays are a dataset for as long as they are given, and in that thread alone."""

import threading

import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data import sources
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.sources import arrays


def source(name, value=0):
    return ArraySource(name, np.full((10, 6, 5), value, np.uint8))


def test_what_is_given_is_opened():
    one, two = source("arrays:one"), source("arrays:two words")
    with arrays.given(one):
        assert sources.check(DataConfig("arrays:one")) == (6, 5)
        with arrays.given(two):
            assert sources.open_source(DataConfig("arrays:two words")) is two
            assert sources.open_source(DataConfig("arrays:one")) is one
        with pytest.raises(ConfigError, match="arrays:two words were given as arrays in Python"):
            sources.open_source(DataConfig("arrays:two words"))


def test_nothing_of_it_is_left():
    with pytest.raises(ZeroDivisionError), arrays.given(source("arrays:one")):
        raise ZeroDivisionError
    assert sources.check(DataConfig("arrays:one")) is None
    with pytest.raises(ConfigError, match=r"kerasae\.api\.open_run\(RUN, images, labels\)"):
        sources.open_source(DataConfig("arrays:one"))


def test_another_thread_has_its_own():
    found = []

    def look():
        found.append(sources.check(DataConfig("arrays:one")))

    with arrays.given(source("arrays:one")):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [None]
