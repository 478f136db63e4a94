import pytest

from kerasae.config import ConfigError
from kerasae.data.config import DataConfig


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


@pytest.mark.parametrize(("size", "target"), [((), None), ((36,), (36, 36)), ((36, 48), (36, 48))])
def test_target_size(size, target):
    assert DataConfig(image_size=size).target_size == target
