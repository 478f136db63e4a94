import itertools

import pytest

from kerasae import geometry

GRID = list(itertools.product(range(1, 14), range(1, 6), range(1, 4), ("valid", "same")))


def places(size, kernel, stride, padding):
    """Counts window positions one by one, straight from TensorFlow's definition."""
    if padding == "same":
        # A window for every stride-th pixel, wherever it has to be padded.
        return len(range(0, size, stride))
    return sum(1 for start in range(0, size, stride) if start + kernel <= size)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_conv_size_counts_window_positions(padding):
    for size, kernel, stride, _ in (case for case in GRID if case[3] == padding):
        expected = places(size, kernel, stride, padding)
        assert max(geometry.conv_size(size, kernel, stride, padding), 0) == expected


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_smallest_image_is_the_smallest_with_that_many_maps(padding):
    for maps, kernel, stride in itertools.product(range(1, 6), range(1, 6), range(1, 4)):
        fitting = [size for size in range(1, 40) if places(size, kernel, stride, padding) == maps]
        assert geometry.smallest_image(maps, kernel, stride, padding) == min(fitting)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_output_padding_leads_back_to_every_size_that_shares_a_map(padding):
    for size, kernel, stride, _ in (case for case in GRID if case[3] == padding):
        maps = places(size, kernel, stride, padding)
        if not maps:
            continue
        extra = geometry.transposed_output_padding(maps, size, kernel, stride, padding)
        # How Keras's documentation of Conv2DTranspose computes the size of the output.
        own_padding = 0 if padding == "valid" else kernel // 2
        assert (maps - 1) * stride + kernel - 2 * own_padding + extra == size


def test_a_size_that_the_convolution_does_not_reach_is_refused():
    with pytest.raises(ValueError, match="leads from 9 to 5"):
        geometry.transposed_output_padding(4, 9, 3, 2, "same")
    with pytest.raises(ValueError, match="kernel 5, stride 1 and padding 'valid'"):
        geometry.transposed_output_padding(4, 9, 5, 1, "valid")
