import dataclasses
import importlib
import re
from pathlib import Path

import pytest

import kerasae
from kerasae import config, registry
from kerasae.cli_flags import flag_fields
from kerasae.config import ConfigError, DataConfig, RunConfig, TrainingConfig
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dataset": ""}, r"--dataset must be a name\. Received: dataset=\."),
        ({"max_examples": 0}, r"--max_examples must be 1 or more, .*Received: max_examples=0\."),
        ({"max_examples": -5}, "--max_examples must be 1 or more"),
        ({"image_size": (1, 2, 3)}, r"--image_size must be .*Received: image_size=1,2,3\."),
        ({"image_size": (0,)}, "--image_size must be 1 or more, at most 8192"),
        ({"image_size": (10**12,)}, "--image_size must be 1 or more, at most 8192"),
        ({"validation_fraction": 1.0}, "--validation_fraction must be 0 or more, below 1"),
        ({"validation_fraction": -0.1}, "--validation_fraction must be .*validation_fraction=-0.1"),
        ({"validation_fraction": float("nan")}, "--validation_fraction must be"),
        ({"memory_budget_mb": -1}, "--memory_budget_mb must be 0 or more"),
        ({"max_examples": 1.0}, r"--max_examples must be a whole number\. Received"),
        ({"classes": "12"}, "--classes must be a tuple"),
        ({"download": 1}, "--download must be true or false"),
    ],
)
def test_wrong_data_settings(settings, message):
    with pytest.raises(ConfigError, match=message):
        DataConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, r"--epochs must be 1 or more, at most 1000000\. Received: epochs=0\."),
        ({"batch_size": 0}, "--batch_size must be 1 or more"),
        ({"seed": -1}, "--seed must be 0 or more"),
        (
            {"seed": 2**31},
            r"--seed must be 0 or more, below 2147483648\. Received: seed=2147483648\.",
        ),
        ({"warmup_fraction": 1.0}, "--warmup_fraction must be 0 or more, below 1"),
        ({"epochs": 10**30}, r"at most 1000000\. Received: epochs=10{30}\."),
        ({"epochs": 10**5000}, "Received: epochs=a number of 16,610 bits"),
        ({"epochs": True}, "--epochs must be a whole number"),
        ({"epochs": (3,)}, "--epochs must be a whole number"),
        ({"epochs": [10**5000, 1]}, "Received: epochs=a number of 16,610 bits,1"),
        ({"early_stopping": -1}, "--early_stopping must be 0 or more"),
        ({"learning_rate": 0.0}, "--learning_rate must be"),
        ({"learning_rate": float("nan")}, "--learning_rate must be"),
        ({"learning_rate": float("inf")}, "--learning_rate must be"),
        ({"momentum": 1.0, "optimizer": "sgd"}, "--momentum must be 0 or more, below 1"),
        ({"momentum": -0.1, "optimizer": "sgd"}, "--momentum must be 0 or more, below 1"),
        ({"momentum": 0.5}, r"--momentum goes with --optimizer=sgd only.*optimizer=adam\."),
        (
            {"warmup_fraction": 0.1},
            "--warmup_fraction goes with --learning_rate_schedule=cosine only",
        ),
        ({"optimizer": "lion"}, "--optimizer must be one of adam, sgd"),
        ({"learning_rate_schedule": "up"}, "--learning_rate_schedule must be one of constant"),
    ],
)
def test_wrong_training_settings(settings, message):
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(**settings)


def test_early_stopping_needs_validation_images():
    training = TrainingConfig(early_stopping=2)
    with pytest.raises(ConfigError, match="--early_stopping needs --validation_fraction above 0"):
        run(DataConfig(), training)
    run(DataConfig(validation_fraction=0.1), training)


def run(data, training):
    return RunConfig(
        data, training, "pooled", pooled.Config(), "reconstruction", reconstruction.Config()
    )


@pytest.mark.parametrize("made", [DataConfig(), TrainingConfig(), pooled.Config()])
def test_settings_are_frozen(made):
    name = dataclasses.fields(made)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, name, getattr(made, name))


@pytest.mark.parametrize(("size", "target"), [((), None), ((36,), (36, 36)), ((36, 48), (36, 48))])
def test_target_size(size, target):
    assert DataConfig(image_size=size).target_size == target


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"), (True, "true"), (False, "false"), ((), ""), ((1, 8), "1,8"),
        (0.005, "0.005"), (1e-20, "1e-20"), ("mnist", "mnist"), (0, "0"),
    ],
)  # fmt: skip
def test_settings_are_shown_as_they_are_typed(value, text):
    assert config.shown(value) == text


def test_the_two_errors_can_be_told_apart():
    """Exit codes 2 and 1 hang on it."""
    assert not issubclass(ConfigError, config.RunError)
    assert not issubclass(config.RunError, ConfigError)


def option_classes():
    """Every dataclass with options, plug-ins' too."""
    package = Path(kerasae.__file__).parent
    for path in [*package.rglob("config.py"), *package.rglob("settings.py")]:
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
    for field in flag_fields(kind)
    if {"int", "float"} & set(re.findall(r"\w+", str(config.type_hints(kind)[field.name])))
]
NEEDED = {
    "ReproductionConfig": {"experiment": "cognition"},
    "SearchConfig": {"space": "pooled"},
    "ComparisonConfig": {"run_dirs": ("a",)},
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
    count: int = config.option(1, "a number")
    rate: float = config.option(1.0, "another")


@pytest.mark.parametrize("value", [{"count": 2**31}, {"rate": float("inf")}, {"rate": 1e31}])
def test_a_number_without_a_range_has_the_widest(value):
    with pytest.raises(ConfigError, match="must be -"):
        config.check_options(Unbounded(**value))
