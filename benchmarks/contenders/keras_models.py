"""Both experiments' models in plain Keras, layer by layer as Keras's documentation would."""

import keras
from keras import layers, ops


class TiedConv2DTranspose(layers.Layer):
    """A transposed convolution of stride 1 with the kernel of a given `Conv2D`."""

    def __init__(self, convolution: layers.Conv2D, channels: int, **kwargs):
        super().__init__(**kwargs)
        self.convolution = convolution
        self.channels = channels

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.channels,), initializer="zeros", name="bias")

    def call(self, inputs):
        return ops.conv_transpose(inputs, self.convolution.kernel, padding="valid") + self.bias


def ones_and_eights() -> keras.Model:
    """The tied autoencoder of 36x36 images; a code of 10x10x2."""
    conv_1 = layers.Conv2D(20, 17, activation="tanh", name="conv_1")
    conv_2 = layers.Conv2D(2, 11, activation="tanh", name="conv_2")
    inputs = keras.Input((36, 36, 1))
    x = conv_1(inputs)
    x = conv_2(x)
    x = TiedConv2DTranspose(conv_2, 20, name="deconv_2")(x)
    x = layers.Activation("tanh")(x)
    x = TiedConv2DTranspose(conv_1, 1, name="deconv_1")(x)
    return keras.Model(inputs, layers.Activation("tanh")(x))


def cognition() -> keras.Model:
    """The pooled autoencoder of 28x28 images; a code of 49 numbers."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="conv_1"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_2"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(80, activation="leaky_relu", name="dense_1"),
            layers.Dense(49, name="code_kernel"),
            layers.Dense(80, name="decoder_dense_2"),
            layers.Dense(7 * 7 * 16, name="decoder_dense_1"),
            layers.Reshape((7, 7, 16)),
            layers.Conv2DTranspose(32, 2, strides=2, activation="relu", name="deconv_2"),
            layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid", name="deconv_1"),
        ]
    )


# kerasae's name of a weight where the plain model's differs.
TIED_BIASES = {
    "deconv_1/bias": "conv_1/transpose_bias",
    "deconv_2/bias": "conv_2/transpose_bias",
}


def set_weights(model: keras.Model, weights: dict) -> None:
    """Gives a model the weights of a job; every one must find its place."""
    left = dict(weights)
    for weight in model.trainable_weights:
        own = "/".join(weight.path.split("/")[-2:])  # without the model's own name
        weight.assign(left.pop(own if own in left else TIED_BIASES[own]))
    if left:
        raise ValueError(f"The plain model has no place for {', '.join(left)}.")
