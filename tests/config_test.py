import dataclasses

import pytest

from kerasae import config
from kerasae.config import ConfigError, DataConfig, RunConfig, TrainingConfig
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dataset": ""}, r"--dataset must be a name\. Received: dataset=\."),
        ({"max_examples": 0}, r"--max_examples must be 1 or more\. Received: max_examples=0\."),
        ({"max_examples": -5}, "--max_examples must be 1 or more"),
        ({"image_size": (1, 2, 3)}, r"--image_size must be .*Received: image_size=1,2,3\."),
        ({"image_size": (0,)}, "--image_size must be one or two positive numbers"),
        ({"validation_fraction": 1.0}, "--validation_fraction must be at least 0 and below 1"),
        ({"validation_fraction": -0.1}, "--validation_fraction must be .*validation_fraction=-0.1"),
        ({"validation_fraction": float("nan")}, "--validation_fraction must be"),
        ({"memory_budget_mb": -1}, "--memory_budget_mb must be 0 or more"),
    ],
)
def test_wrong_data_settings(settings, message):
    with pytest.raises(ConfigError, match=message):
        DataConfig(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, r"--epochs must be 1 or more\. Received: epochs=0\."),
        ({"batch_size": 0}, "--batch_size must be 1 or more"),
        ({"seed": -1}, "--seed must be 0 or more"),
        (
            {"seed": 2**31},
            r"--seed must be 0 or more, below 2147483648\. Received: seed=2147483648\.",
        ),
        ({"warmup_fraction": 1.0}, "--warmup_fraction must be at least 0 and below 1"),
        ({"early_stopping": -1}, "--early_stopping must be 0 or more"),
        ({"learning_rate": 0.0}, "--learning_rate must be"),
        ({"learning_rate": float("nan")}, "--learning_rate must be"),
        ({"learning_rate": float("inf")}, "--learning_rate must be"),
        ({"momentum": 1.0, "optimizer": "sgd"}, "--momentum must be at least 0 and below 1"),
        ({"momentum": -0.1, "optimizer": "sgd"}, "--momentum must be at least 0 and below 1"),
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
