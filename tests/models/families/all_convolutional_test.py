import pytest

from kerasae.config import ConfigError
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families.all_convolutional import Config


def test_parameters_and_shapes_of_the_published_table():
    model = build_autoencoder("all_convolutional", Config(), (36, 36, 1)).model
    assert model.count_params() == 10_663
    assert len(model.trainable_variables) == 6
    shapes = [tuple(tensor.shape[1:]) for tensor in feature_maps(model)]
    assert shapes == [(36, 36, 1), (20, 20, 20), (10, 10, 2), (20, 20, 20), (36, 36, 1)]
    assert model.get_layer("code").output.shape == (None, 200)


def feature_maps(model):
    """The input and what each convolution and deconvolution gives, in order."""
    by_order = [model.input]
    for depth in sorted(model._nodes_by_depth, reverse=True):
        by_order += [
            node.outputs[0]
            for node in model._nodes_by_depth[depth]
            if node.operation.name.startswith("conv_")
            and not node.operation.name.endswith("_activation")
        ]
    return by_order


def test_untied_has_kernels_of_its_own():
    model = build_autoencoder("all_convolutional", Config(tied=False), (36, 36, 1)).model
    assert model.count_params() == 10_663 + 17 * 17 * 20 + 11 * 11 * 20 * 2


def test_strides_go_back_through_odd_sizes():
    config = Config(
        filters=(4, 4, 2), kernel_sizes=(3, 3, 3), strides=(2, 2, 2), padding="same", tied=True
    )
    model = build_autoencoder("all_convolutional", config, (28, 28, 1)).model
    sizes = [tensor.shape[1] for tensor in feature_maps(model)]
    assert sizes == [28, 14, 7, 4, 7, 14, 28]


@pytest.mark.parametrize("size", [(26, 36), (36, 26), (1, 1)])
def test_images_too_small_for_the_kernels_are_refused(size):
    with pytest.raises(ConfigError, match=r"from 27x27 works \(--image_size=27\)"):
        Config().check_image_size(size)
    with pytest.raises(ConfigError, match="too small"):
        build_autoencoder("all_convolutional", Config(), (*size, 1))


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(filters=(2, 2), kernel_sizes=(5, 3), strides=(2, 3)),
        Config(filters=(2, 2), kernel_sizes=(1, 4), strides=(3, 2)),
        Config(padding="same"),
    ],
)
def test_the_named_size_is_the_smallest_that_works(config):
    """The advice of the message is taken at its word."""
    sizes = range(1, 60)
    works = []
    for size in sizes:
        try:
            config.check_image_size((size, size))
        except ConfigError as error:
            named = int(str(error).split("--image_size=")[1].split(")")[0])
            assert named > size
        else:
            works.append(size)
    assert works == list(range(works[0], 60))
    if works[0] > 1:
        with pytest.raises(ConfigError, match=f"--image_size={works[0]}"):
            config.check_image_size((works[0] - 1, works[0]))
    build_autoencoder("all_convolutional", config, (works[0], works[0], 1))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": ()}, r"--model.filters must be one or more positive numbers\."),
        ({"filters": (2, 0)}, "--model.filters must"),
        ({"kernel_sizes": (3,)}, "--model.kernel_sizes must have one .*kernel_sizes=3, filters=20"),
        ({"strides": (1, 0)}, "--model.strides must be 1 or more"),
        ({"strides": (1, 1, 1)}, "--model.strides must have one positive"),
        ({"activation": "x"}, "--model.activation must be one of .*tanh.*Received: 'x'"),
        ({"output_activation": "x"}, "--model.output_activation must be one of"),
        ({"padding": "full"}, "--model.padding must be one of same, valid.*Received: 'full'"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        Config(**settings)
