import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.exporting import closeness
from kerasae.exporting.call import Call

CALL = Call("tflite", "tflite/encoder_float32.tflite", "", "unit", "code", "", 1e-4, 256)
EXPECTED = np.array([[0.0, -50.0], [10.0, 20.0]], np.float32)


@pytest.mark.parametrize(("by", "relative"), [(0.0, 0.0), (0.5, 0.01), (-5.0, 0.1)])
def test_it_is_relative_to_the_largest_absolute_value(by, relative):
    found = EXPECTED.copy()
    found[1, 0] += by
    assert closeness.difference(found, EXPECTED) == pytest.approx(relative)


@pytest.mark.parametrize("found", [np.zeros((2, 3)), EXPECTED[:1], np.full((2, 2), np.nan)])
def test_what_is_no_answer_is_infinitely_far(found):
    assert closeness.difference(found, EXPECTED) == float("inf")


def test_zeros():
    zeros = np.zeros((2, 2), np.float32)
    assert closeness.difference(zeros, zeros) == 0
    assert closeness.difference(zeros + 1e-9, zeros) == float("inf")


def test_the_limit():
    assert closeness.require_close(CALL, EXPECTED + 0.004, EXPECTED) == pytest.approx(
        8e-5, rel=1e-2
    )
    with pytest.raises(RunError, match=r"encoder_float32\.tflite differs .* by 0\.00012"):
        closeness.require_close(CALL, EXPECTED + 0.006, EXPECTED)
    with pytest.raises(RunError, match="by inf"):
        closeness.require_close(CALL, EXPECTED * np.nan, EXPECTED)
