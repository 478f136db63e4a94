"""What every model family promises; a new file in kerasae/models/families/ is tested by this."""

import dataclasses

import family_contract
import keras
import numpy as np
import pytest

from kerasae import registry
from kerasae.config import ConfigError
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import FamilyConfig

IMAGE_SHAPES = [(28, 28, 1), (7, 9, 3), (33, 29, 1)]
# Where a family's defaults need large images, kernels for small ones; strides, to be hard.
SMALL = {
    "all_convolutional": {"filters": (6, 3), "kernel_sizes": (3, 2), "strides": (2, 1)},
    "pooled": {"filters": (6, 4), "dense_sizes": (20,), "latent_dim": 9},
}
# Options that add layers, where a family has them.
DEEPER = {"residual_blocks": 1, "dropout": 0.25, "normalization": "batch"}


def variants():
    """Every family, tied and untied where it has the choice, with both paddings, and deeper."""
    for family in registry.names(registry.FAMILIES):
        config_class = registry.load(registry.FAMILIES, family, "--model").Config
        fields = {field.name for field in dataclasses.fields(config_class)}
        choices = [{"tied": tied} for tied in (False, True)] if "tied" in fields else [{}]
        yield pytest.param((family, config_class()), id=f"{family}-defaults")
        if "padding" in fields:
            choices = [
                {**choice, "padding": padding}
                for choice in choices
                for padding in ("valid", "same")
            ]
        choices += [
            {"tied": tied} | {name: value for name, value in DEEPER.items() if name in fields}
            for tied in (False, True)
            if "residual_blocks" in fields
        ]
        for choice in choices:
            config = config_class(**SMALL.get(family, {}), **choice)
            name = "-".join([family, *(f"{key}={value}" for key, value in choice.items())])
            yield pytest.param((family, config), id=name)


def cases():
    """Every variant with every image shape that the family allows."""
    for variant in variants():
        family, config = variant.values[0]
        shapes = IMAGE_SHAPES[1:2] if getattr(config, "residual_blocks", 0) else IMAGE_SHAPES
        allowed = [shape for shape in shapes if is_allowed(config, shape[:2])]
        assert allowed, f"{variant.id}: no shape to test with"
        for shape in allowed:
            yield pytest.param((family, config, shape), id=f"{variant.id}-{shape}")


def is_allowed(config, size):
    try:
        config.check_image_size(size)
    except ConfigError:
        return False
    return True


@pytest.mark.parametrize("family", registry.names(registry.FAMILIES))
def test_what_is_known_before_a_model_is_built(family):
    config = registry.load(registry.FAMILIES, family, "--model").Config()
    assert isinstance(config, FamilyConfig)
    assert config.__dataclass_params__.frozen
    assert len({len(getattr(config, option)) for option in config.per_stage}) <= 1
    model = build_autoencoder(family, config, (28, 28, 1)).model
    assert model.get_layer("code").output.shape[1] == config.code_size((28, 28))
    if config.output_activation:
        activation = model.get_layer("reconstruction").activation
        assert activation is keras.activations.get(config.output_activation)


@pytest.fixture(params=list(cases()), scope="module")
def case(request):
    """`(autoencoder, images)`; shared, so no test may change the weights."""
    family, config, shape = request.param
    keras.utils.set_random_seed(0)
    images = np.random.default_rng(0).uniform(size=(3, *shape)).astype("float32")
    return build_autoencoder(family, config, shape), images


@pytest.mark.parametrize(
    "promise",
    [
        family_contract.reconstructions_have_the_images_shape,
        family_contract.encoder_and_decoder_make_up_the_model,
        family_contract.every_image_counts_by_itself,
        family_contract.tflite_with_builtin_operations_gives_the_same_numbers,
    ],
)
def test_promise(case, promise):
    promise(*case)


def test_save_and_load_is_exact(case, tmp_path):
    family_contract.save_and_load_is_exact(*case, tmp_path)


def test_the_layers_that_others_ask_for_have_their_names(case):
    family_contract.the_layers_that_others_ask_for_have_their_names(case[0])


@pytest.mark.parametrize("variant", list(variants()))
def test_training_lowers_the_loss(variant):
    """From 28x28 down; every weight takes part."""
    family, config = variant
    keras.utils.set_random_seed(0)
    model = build_autoencoder(family, config, (28, 28, 1)).model
    images = np.random.default_rng(0).uniform(0.2, 0.8, size=(16, 28, 28, 1)).astype("float32")
    model.compile(keras.optimizers.Adam(0.003), loss="mse", run_eagerly=True)  # It's four steps.
    before = [weight.numpy() for weight in model.trainable_variables]
    losses = [float(model.train_on_batch(images, images)) for _ in range(4)]
    assert losses[-1] < losses[0]
    unmoved = [
        new.path
        for old, new in zip(before, model.trainable_variables, strict=True)
        if np.array_equal(old, new.numpy())
    ]
    assert not unmoved
