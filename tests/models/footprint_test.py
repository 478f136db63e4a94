"""The size of a model from its settings alone, against the model itself."""

import math

import pytest

from kerasae import names, registry
from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.models import cost, footprint
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import RunConfig, TrainingConfig

CONVOLVED = {"filters": (6, 3), "kernel_sizes": (3, 2), "strides": (2, 1)}
CONVOLUTIONAL = all_convolutional.Config
CASES = [
    ("pooled", pooled.Config(), (28, 28, 1)),
    ("pooled", pooled.Config(filters=(6, 4), dense_sizes=(20,), tied=True), (7, 9, 3)),
    (
        "pooled",
        pooled.Config(dense_sizes=(), decoder_kernel_size=3),
        (9, 7, 1),
    ),
    *(
        (
            "pooled",
            pooled.Config(filters=(6, 4), residual_blocks=2, dropout=0.5, tied=tied),
            (7, 9, 3),
        )
        for tied in (False, True)
    ),
    ("all_convolutional", all_convolutional.Config(), (33, 29, 1)),
    *(
        (
            "all_convolutional",
            all_convolutional.Config(**CONVOLVED, tied=tied, residual_blocks=1),
            (7, 9, 3),
        )
        for tied in (False, True)
    ),
    *(
        (
            "all_convolutional",
            all_convolutional.Config(**CONVOLVED, tied=tied, padding=pad),
            (7, 9, 3),
        )
        for tied in (False, True)
        for pad in ("valid", "same")
    ),
]


def numbers(model) -> int:
    """What the calls of layers with a kernel give for one image."""
    nodes = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    return sum(
        math.prod(node.outputs[0].shape[1:]) for node in nodes if hasattr(node.operation, "kernel")
    )


@pytest.mark.parametrize(("family", "config", "shape"), CASES)
def test_as_the_model_itself(family, config, shape):
    model = build_autoencoder(family, config, shape).model
    assert config.footprint(shape) == footprint.Footprint(cost.parameters(model), numbers(model))
    assert cost.multiply_adds(model) > 0
    assert config.code_size(shape[:2]) == model.get_layer(names.CODE).output.shape[-1]


def test_every_family_is_tried():
    assert {family for family, *_ in CASES} == set(registry.names(registry.FAMILIES))


def require(config, size, batch_size):
    """Of a run with this model."""
    family = type(config).__module__.rpartition(".")[2]
    training = TrainingConfig(batch_size=batch_size)
    objective = reconstruction.Config()
    run = RunConfig(DataConfig(), training, family, config, "reconstruction", objective)
    footprint.require_buildable(run, size)


@pytest.mark.parametrize(
    ("config", "size", "batch_size", "message"),
    [
        (
            pooled.Config(latent_dim=2**24),
            (28, 28),
            1,
            "The model is too large: with images",
        ),
        (pooled.Config(filters=(100_000, 16)), (28, 28), 100, "A batch is too large: for images"),
        (pooled.Config(), (8192, 8192), 1, "is too large"),
        (pooled.Config(), (28, 28), 2**17, r"Received: batch_size=131072\."),
        (all_convolutional.Config(), (8, 8), 1, "too small for kernels"),
    ],
)
def test_what_is_too_large_is_refused(config, size, batch_size, message):
    with pytest.raises(ConfigError, match=message):
        require(config, size, batch_size)


def test_the_defaults_are_far_from_the_limits():
    require(pooled.Config(), (256, 256), 100)
    require(pooled.Config(), (28, 28), 20_000)
