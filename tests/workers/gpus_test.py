"""GPUs of this machine, played by names: none is needed."""

import re

import pytest

from kerasae.config import ConfigError
from kerasae.workers import config, gpus
from kerasae.workers.config import LocalWorkersConfig
from kerasae.workers.gpus import Gpus


@pytest.fixture(autouse=True)
def cores(monkeypatch):
    monkeypatch.setattr(config, "available_cores", lambda: 8)


@pytest.fixture
def four(monkeypatch):
    monkeypatch.setenv(gpus.VISIBLE, "3,GPU-5f,1,0")


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("3,GPU-5f", ("3", "GPU-5f")),
        ("", ()),
        ("-1", ()),
        ("0,-1,1", ("0",)),
        (" 2 , 0", ("2", "0")),
    ],
)
def test_those_that_a_variable_names(monkeypatch, named, found):
    monkeypatch.setenv(gpus.VISIBLE, named)
    assert gpus.visible() == found


@pytest.mark.parametrize(
    ("script", "found"),
    [("echo GPU-1; echo GPU-2", ("GPU-1", "GPU-2")), ("echo no driver; exit 9", ()), (None, ())],
)
def test_those_that_the_driver_names(monkeypatch, tmp_path, script, found):
    monkeypatch.delenv(gpus.VISIBLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if script:
        (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "nvidia-smi").chmod(0o755)
    assert gpus.visible() == found


def test_a_worker_gets_what_another_gave_back():
    shared = Gpus("abcd", 2)
    one, two = shared.lend(), shared.lend()
    assert (one, two, shared.lend()) == (["a", "b"], ["c", "d"], [])
    shared.take_back(one)
    assert gpus.environment(shared.lend()) == {gpus.VISIBLE: "a,b"}


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("flags", "lent"),
    [
        ({"workers": 2}, ["3", "GPU-5f"]),
        ({"workers": 3}, ["3"]),
        ({"workers": 2, "gpus_per_worker": 1}, ["3"]),
        ({"workers": 8, "gpus_per_worker": 0}, []),
    ],
)
def test_they_are_divided_between_workers(flags, lent):
    asked = LocalWorkersConfig(**flags)
    asked.check()
    assert asked.gpus.lend() == lent


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"workers": 2, "gpus_per_worker": 3}, "times --gpus_per_worker must be 4 or less"),
        ({"workers": 5}, "--workers must be 4 or less, a GPU for each, or --gpus_per_worker=0"),
        ({"gpus_per_worker": 1}, "--gpus_per_worker goes with --workers=2 or more"),
    ],
)
def test_more_than_there_are_is_refused(flags, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        LocalWorkersConfig(**flags).check()
