"""A convolution that also runs backwards, with the same kernel."""

import keras

from kerasae import geometry
from kerasae.layers.conv2d import Conv2D
from kerasae.layers.tying import Tied
from kerasae.ops import convolutions


@keras.saving.register_keras_serializable(package="kerasae")
class TiedConv2D(Tied, Conv2D):
    """2-D convolution whose kernel also serves its transposed convolution.

    `layer(x)` is `keras.layers.Conv2D`. `layer(y, transpose=True)` is the
    transposed convolution with the *same* kernel variable, from feature maps
    back to images of the size that the forward call took. Without biases and
    activations the two are adjoint: `<layer(x), y> == <x, layer(y, transpose=True)>`.

    The layer owns the kernel and is called twice, where other designs let a
    second layer refer to a `Conv2D`. A reference does not survive
    `keras.models.clone_model` or `from_config`, which rebuild layer by layer
    and leave two kernels behind; one layer with two calls has nothing to lose.
    A graph that holds only the transposed call raises when it is cloned, since
    there is no image to take the kernel's shape and the output size from.

    Args:
        filters: Integer, number of feature maps of the forward call.
        kernel_size: Integer or two integers, height and width of the kernel.
        strides: Integer or two integers. Defaults to `(1, 1)`.
        padding: `"valid"` or `"same"`. Defaults to `"valid"`.
        activation: Activation of the forward call. Defaults to none.
        use_bias: Whether the forward call adds a bias, one number per filter.
        transpose_activation: Activation of the transposed call. Defaults to none.
        transpose_use_bias: Whether the transposed call adds a bias of its own,
            one number per image channel. Defaults to `True`.
        transpose_bias_initializer: Initializer of that bias.
        **kwargs: What `keras.layers.Conv2D` takes, but for `groups`,
            `dilation_rate` and `data_format`, which keep their defaults
            (channels last).

    Call arguments:
        inputs: `(batch, height, width, channels)`, or with `transpose=True`
            `(batch, new_height, new_width, filters)`; float, any range.
        transpose: Python boolean, which way to run. The first call must be
            forward.
        output_size: With `transpose=True`, the `(height, width)` to return to.
            Defaults to the size of the first forward call; with a strided
            kernel several sizes share one map, and this says which is meant.

    Output shape:
        `(batch, new_height, new_width, filters)` forward,
        `(batch, height, width, channels)` transposed.

    Raises:
        ValueError: for a transposed call before the forward one, a size that
            the forward call doesn't map to the input's, or an argument that is
            not supported.

    Example:
        >>> layer = TiedConv2D(20, 17, activation="tanh")
        >>> maps = layer(keras.ops.ones((1, 36, 36, 1)))
        >>> tuple(maps.shape), tuple(layer(maps, transpose=True).shape)
        ((1, 20, 20, 20), (1, 36, 36, 1))

    Reference:
        Tied weights: Vincent et al., "Stacked Denoising Autoencoders", JMLR
        2010; convolutional: Masci et al., ICANN 2011. Here the kernel is tied
        and every direction has a bias of its own.
    """

    def call(self, inputs, transpose=False, output_size=None):
        if not transpose:
            return super().call(inputs)
        output_padding = self.output_padding_for(inputs.shape[1:3], output_size)
        outputs = convolutions.conv_transpose(
            inputs, self.kernel, self.strides, self.padding, output_padding
        )
        return self.finish_transposed(outputs)

    def compute_output_shape(self, input_shape, transpose=False, output_size=None):
        if not transpose:
            return super().compute_output_shape(input_shape)
        if self.output_padding_for(input_shape[1:3], output_size) is None:
            size = (None, None)
        else:
            size = tuple(output_size or self.forward_shape[:2])
        return (input_shape[0], *size, self.forward_shape[-1])

    def compute_output_spec(self, inputs, transpose=False, output_size=None):
        shape = self.compute_output_shape(inputs.shape, transpose, output_size)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def output_padding_for(self, maps_size, output_size):
        """Keras's `output_padding` for both axes; None, its default, for unknown sizes."""
        image_size = output_size or self.forward_shape[:2]
        if None in (*maps_size, *image_size):
            return None
        return tuple(
            geometry.transposed_output_padding(*axis, self.padding)
            for axis in zip(maps_size, image_size, self.kernel_size, self.strides, strict=True)
        )
