import pytest

from kerasae import registry
from kerasae.config import ConfigError


def test_a_files_name_is_the_key(tmp_path, monkeypatch):
    package = tmp_path / "some_plugins"
    package.mkdir()
    for name in ("__init__", "zebra", "ant"):
        (package / f"{name}.py").write_text(f"NAME = {name!r}\n")
    (package / "notes.txt").write_text("no plug-in")
    monkeypatch.syspath_prepend(tmp_path)
    assert registry.names("some_plugins") == ("ant", "zebra")
    assert registry.load("some_plugins", "zebra", "--animal").NAME == "zebra"
    with pytest.raises(ConfigError, match=r"--animal must be one of ant, zebra. Received: 'bee'"):
        registry.load("some_plugins", "bee", "--animal")


@pytest.mark.parametrize("name", ["", "../config", "pooled.Config", "__init__", "Pooled"])
def test_only_plain_names_are_loaded(name):
    with pytest.raises(ConfigError, match="--model must be one of"):
        registry.load("kerasae.models.families", name, "--model")


def test_the_families_that_are_promised():
    assert {"all_convolutional", "pooled"} <= set(registry.names("kerasae.models.families"))
