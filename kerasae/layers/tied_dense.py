"""A dense layer that also runs backwards, with the same kernel."""

import keras
from keras import ops

from kerasae.layers.tying import Tied


@keras.saving.register_keras_serializable(package="kerasae")
class TiedDense(Tied, keras.layers.Dense):
    """Dense layer whose kernel, transposed, also leads back.

    `layer(x)` is `keras.layers.Dense`; `layer(code, transpose=True)` multiplies
    by the transpose of the *same* kernel variable. As with `TiedConv2D`, one
    layer owns the kernel and is called twice, so that the tie survives saving,
    `from_config` and `clone_model`.

    Args:
        units: Integer, size of the forward output.
        activation: Activation of the forward call. Defaults to none.
        use_bias: Whether the forward call adds a bias, `(units,)`.
        transpose_activation: Activation of the transposed call. Defaults to none.
        transpose_use_bias: Whether the transposed call adds a bias of its own,
            one number per forward input. Defaults to `True`.
        transpose_bias_initializer: Initializer of that bias.
        **kwargs: What `keras.layers.Dense` takes.

    Call arguments:
        inputs: `(..., features)`, or with `transpose=True` `(..., units)`;
            float, any range.
        transpose: Python boolean, which way to run. The first call must be
            forward.

    Output shape:
        `(..., units)` forward, `(..., features)` transposed.

    Raises:
        ValueError: for a transposed call before the forward one.

    Example:
        >>> layer = TiedDense(49)
        >>> code = layer(keras.ops.ones((1, 784)))
        >>> tuple(code.shape), tuple(layer(code, transpose=True).shape)
        ((1, 49), (1, 784))

    Reference:
        Tied weights: Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010.
    """

    def call(self, inputs, transpose=False):
        if not transpose:
            return super().call(inputs)
        outputs = ops.matmul(inputs, ops.transpose(self.kernel))
        return self.finish_transposed(outputs)

    def compute_output_shape(self, input_shape, transpose=False):
        return (*input_shape[:-1], self.forward_shape[-1] if transpose else self.units)

    def compute_output_spec(self, inputs, transpose=False):
        shape = self.compute_output_shape(inputs.shape, transpose)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)
