import dataclasses

import pytest

from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import RunConfig, TrainingConfig


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
