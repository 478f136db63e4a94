import numpy as np

from kerasae.exporting.quantisation import dequantised, quantised


def test_real_numbers_of_stored_ones():
    stored = np.array([0, 128, 255], np.uint8)
    output = {"scale": 0.5, "zero_point": 128}
    np.testing.assert_array_equal(dequantised(stored, output), [-64, 0, 63.5])
    real = np.array([1.5], np.float32)
    np.testing.assert_array_equal(dequantised(real, {}), real)


def test_stored_numbers_of_real_ones():
    given = {"dtype": "uint8", "scale": 0.5, "zero_point": 128}
    stored = quantised(np.array([-64, -0.3, 0, 63.5, 1e6], np.float32), given)
    np.testing.assert_array_equal(stored, np.array([0, 127, 128, 255, 255], np.uint8))
    assert stored.dtype == np.uint8
