"""Every option of every room and plug-in, checked by its type and range."""

import dataclasses
import importlib
import re
from pathlib import Path

import pytest

import kerasae
from kerasae import registry
from kerasae.config import ConfigError, option
from kerasae.options import check_options, option_fields, type_hints


def option_classes():
    """Every dataclass with options, plug-ins' too."""
    package = Path(kerasae.__file__).parent
    for path in [*package.rglob("*config.py"), *package.rglob("settings.py")]:
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                yield value
    for package in (registry.FAMILIES, registry.OBJECTIVES, registry.HEADS):
        yield from (plugin.Config for plugin in registry.load_all(package).values())


CLASSES = sorted(set(option_classes()), key=lambda kind: (kind.__module__, kind.__name__))
NUMBERS = [
    pytest.param(kind, field, id=f"{kind.__module__}.{kind.__name__}.{field.name}")
    for kind in CLASSES
    for field in option_fields(kind)
    if {"int", "float"} & set(re.findall(r"\w+", str(type_hints(kind)[field.name])))
]
NEEDED = {
    "ReproductionConfig": {"experiment": "cognition"},
    "SearchConfig": {"space": "pooled"},
    "ComparisonConfig": {"run_dirs": ("a",)},
    "ArtefactConfig": {"saved_model": "."},
    "PlayConfig": {"saved_model": "."},
}


@pytest.mark.parametrize(("kind", "field"), NUMBERS)
def test_every_number_has_a_range_and_is_refused_outside_it(kind, field):
    bounds, is_tuple = field.metadata["bounds"], isinstance(field.default, tuple)
    assert bounds is not None, "an option that is a number states its range"
    for number in (bounds.low - 1, bounds.high * 2 + 1, 10**400, float("nan"), float("inf")):
        value = (number,) if is_tuple else number
        with pytest.raises(ConfigError, match=rf"--[\w.]*{field.name} must be"):
            kind(**NEEDED.get(kind.__name__, {}) | {field.name: value})


def test_there_are_such_numbers():
    assert len(NUMBERS) > 40


@dataclasses.dataclass(frozen=True)
class Unbounded:
    count: int = option(1, "a number")
    rate: float = option(1.0, "another")


@pytest.mark.parametrize("value", [{"count": 2**31}, {"rate": float("inf")}, {"rate": 1e31}])
def test_a_number_without_a_range_has_the_widest(value):
    with pytest.raises(ConfigError, match="must be -"):
        check_options(Unbounded(**value))
