import keras
import numpy as np

from kerasae.probes import activations, filter_effects
from kerasae.published.experiment import Display


def test_the_last_step_is_what_the_graph_computes(autoencoder, digits):
    images = digits.images[:5].numpy().astype(np.float32) / 255
    steps = filter_effects.first_layer(autoencoder.model, images)
    (_, tensor) = activations.stages(autoencoder.model)[1]
    expected = keras.Model(autoencoder.model.input, tensor)(images, training=False).numpy()
    expected = expected.reshape(len(images), *expected.shape[1:])
    np.testing.assert_allclose(list(steps.values())[-1], expected, atol=1e-6)


def test_steps_come_in_the_order_convolution_activation_pooling(autoencoder, digits):
    arrays = filter_effects.compute(autoencoder, digits, 0, Display(sample="7"))
    pools = any(layer.name == "pool_1" for layer in autoencoder.model.layers)
    assert ("pooled" in arrays) == pools
    assert arrays["sample"] == "7"
    seven = int(np.flatnonzero(digits.labels == 7)[0])
    np.testing.assert_allclose(arrays["image"], digits.images[seven] / 255, rtol=1e-6)
    if arrays["activation"] == "relu":
        np.testing.assert_allclose(arrays["activated"], np.maximum(arrays["convolved"], 0))
    if pools:
        blocks = arrays["activated"].reshape(len(arrays["filters"]), 8, 2, 8, 2)
        np.testing.assert_allclose(arrays["pooled"], blocks.max(axis=(2, 4)))


def test_one_place_by_hand(autoencoder, digits):
    """The sum over one window of the image, at a place that no padding reaches."""
    arrays = filter_effects.compute(autoencoder, digits, 0)
    layer = autoencoder.model.get_layer("conv_1")
    kernel, bias = layer.get_weights()[:2]
    size, stride = kernel.shape[0], layer.strides[0]
    rows = arrays["image"].shape[0]
    padding = max((-(-rows // stride) - 1) * stride + size - rows, 0) // 2
    top = 2 * stride - (padding if layer.padding == "same" else 0)
    window = arrays["image"][top : top + size, top : top + size]
    for index, number in enumerate(arrays["filters"]):
        expected = (window * kernel[..., number]).sum() + bias[number]
        np.testing.assert_allclose(arrays["convolved"][index, 2, 2], expected, atol=1e-5)


def test_named_filters_come_first_then_those_that_differ_most(autoencoder, digits):
    plain = filter_effects.compute(autoencoder, digits, 0)
    last = autoencoder.model.get_layer("conv_1").get_weights()[0].shape[-1] - 1
    shown = filter_effects.compute(autoencoder, digits, 0, Display(filters=(last, last + 1)))
    assert plain["most_different"].all()
    others = [number for number in plain["filters"] if number != last]
    assert shown["filters"].tolist() == [last, *others]


def test_the_most_different_are_of_another_shape():
    kernel = np.zeros((30, 3, 3, 1), np.float32)
    kernel[:, 1, 1] = 1  # all the same, but for
    kernel[7] *= -1
    kernel[9, 1, 1], kernel[9, 0, 0] = 0, 5  # of another shape
    kernel[11] *= 50  # only larger: the same shape
    kernel[20] *= -0.01  # blank
    assert set(filter_effects.most_different(kernel, Display(kernel_threshold=0.2))) == {0, 7, 9}


def test_blank_kernels_are_compared_where_there_is_nothing_else():
    assert filter_effects.most_different(np.zeros((1, 3, 3, 1))) == [0]
    assert len(filter_effects.most_different(np.full((4, 3, 3, 1), 0.01))) == 3
