"""Sizes of feature maps, one spatial axis at a time, in plain integers.

TensorFlow's convention: a `valid` window never leaves the image, `same` pads
with zeros so that the output has `ceil(size / stride)` places.
"""


def conv_size(size: int, kernel: int, stride: int, padding: str) -> int:
    """Places at which a window of `kernel` fits; 0 or less where it never does."""
    if padding == "same":
        return -(-size // stride)
    return (size - kernel) // stride + 1


def smallest_image(maps: int, kernel: int, stride: int, padding: str) -> int:
    """The smallest size that a convolution turns into `maps` places."""
    if padding == "same":
        return (maps - 1) * stride + 1
    return (maps - 1) * stride + kernel


def transposed_output_padding(maps: int, image: int, kernel: int, stride: int, padding: str) -> int:
    """Keras's `output_padding` with which a transposed convolution ends at `image`.

    A strided convolution maps several sizes to one (with stride 2 and padding
    `same`, both 7 and 8 become 4), so the way back has to know which one
    was meant.

    Raises:
        ValueError: where the convolution doesn't turn `image` into `maps`.
    """
    forward = conv_size(image, kernel, stride, padding)
    if forward != maps:
        raise ValueError(
            f"No transposed convolution with kernel {kernel}, stride {stride} and padding "
            f"'{padding}' leads from {maps} to {image}, since the convolution leads from "
            f"{image} to {forward}."
        )
    # Keras's formula for an output padding of 0.
    unpadded = (maps - 1) * stride + (kernel if padding == "valid" else kernel % 2)
    return image - unpadded
