"""What the tied layers share: a second direction with a bias and an activation of its own."""

import keras
from keras import ops


class Tied:
    """Mixin for a Keras layer that owns a `kernel` and also applies its transpose.

    The transposed call, `layer(y, transpose=True)`, adds its own bias (one
    number per channel of the forward input) and its own activation.
    """

    def __init__(
        self,
        *args,
        transpose_activation=None,
        transpose_use_bias=True,
        transpose_bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.transpose_activation = keras.activations.get(transpose_activation)
        self.transpose_use_bias = transpose_use_bias
        self.transpose_bias_initializer = keras.initializers.get(transpose_bias_initializer)

    def build(self, input_shape):
        super().build(input_shape)
        # The base class pins the channel count of its input, but a transposed
        # call's input has another.
        self.input_spec = None
        self.forward_shape = tuple(input_shape[1:])
        self.transpose_bias = None
        if self.transpose_use_bias:
            self.transpose_bias = self.add_weight(
                name="transpose_bias",
                shape=(self.forward_shape[-1],),
                initializer=self.transpose_bias_initializer,
            )

    def __call__(self, inputs, transpose=False, **kwargs):
        if transpose and not self.built:
            raise ValueError(
                f"The first call of {type(self).__name__} '{self.name}' must be forward: its "
                "kernel takes its shape from the forward input. A clone of a decoder alone would "
                "lose the tie; clone the whole autoencoder. Received: transpose=True"
            )
        return super().__call__(inputs, transpose=transpose, **kwargs)

    def finish_transposed(self, outputs):
        """Adds the transposed call's bias and activation."""
        if self.transpose_bias is not None:
            outputs = ops.add(outputs, self.transpose_bias)
        return self.transpose_activation(outputs)

    def get_config(self):
        return {
            **super().get_config(),
            "transpose_activation": keras.activations.serialize(self.transpose_activation),
            "transpose_use_bias": self.transpose_use_bias,
            "transpose_bias_initializer": keras.initializers.serialize(
                self.transpose_bias_initializer
            ),
        }

    # Keras's Conv2D and Dense name the variables they store, so they would
    # leave out the transposed bias; the base class stores every variable.
    def save_own_variables(self, store):
        keras.layers.Layer.save_own_variables(self, store)

    def load_own_variables(self, store):
        keras.layers.Layer.load_own_variables(self, store)
