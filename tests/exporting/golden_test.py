"""Golden outputs: how far a file may be from what it gave when it was published."""

import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.exporting import fresh_process, golden
from kerasae.exporting.call import Call, CheckedCall
from kerasae.exporting.fresh_process import Outputs
from kerasae.exporting.targets import keras as keras_target

IMAGES = np.zeros((20, 4, 4, 1), np.uint8)
CODES = np.arange(40, dtype=np.float32).reshape(20, 2) + 1
STORED = np.full((20, 50), 100, np.uint8)
FLOAT = Call("keras", "keras/encoder.keras", "", "unit", "code", "", 1e-5, 256)
INT8 = Call("tflite", "tflite/encoder_int8.tflite", "", "image", "code", "", None, 10_000)


@pytest.fixture
def verify(tmp_path, monkeypatch):
    """Checks a version of two files that give these outputs now."""
    checked = [CheckedCall(FLOAT, {}, CODES), CheckedCall(INT8, {}, STORED)]
    golden.write(tmp_path, {"image": IMAGES, "code": CODES}, checked)

    def run(codes, stored):
        found = [Outputs({}, (array[:1], array[:7]), array[: golden.COUNT])
                 for array in (codes, stored)]  # fmt: skip
        monkeypatch.setattr(fresh_process, "run", lambda *_: found)
        monkeypatch.setattr(keras_target, "require_contained", lambda _: None)
        golden.check(tmp_path, [FLOAT, INT8])

    return run


def test_the_same_outputs(verify):
    verify(CODES, STORED)


def test_floats_within_the_tolerance_and_beyond(verify):
    verify(CODES * np.float32(1 + 5e-6), STORED)
    with pytest.raises(RunError, match=r"The keras/encoder\.keras differs"):
        verify(CODES * np.float32(1 + 3e-5), STORED)


def test_eight_bits_may_be_a_step_apart_and_a_few_more_in_one_place(verify):
    verify(CODES, STORED + np.uint8(1))
    with pytest.raises(RunError, match=r"by 2 steps of 255 at most, 2 on average"):
        verify(CODES, STORED + np.uint8(2))
    for steps, allowed in ((12, True), (13, False)):
        stored = STORED.copy()
        stored[0, 0] += steps
        if allowed:
            verify(CODES, stored)
        else:
            with pytest.raises(RunError, match="by 13 steps of 255 at most"):
                verify(CODES, stored)


def test_another_shape_or_type(verify):
    with pytest.raises(RunError, match=r"gives int8 \(1, 50\), not uint8 \(1, 50\)"):
        verify(CODES, STORED.astype(np.int8))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), "golden.npz is damaged"),
        (lambda path: path.write_bytes(b"PK"), "golden.npz is damaged"),
        (lambda path: path.unlink(), "golden.npz is missing"),
        (lambda path: np.savez(path, image=np.array([{}], object), code=CODES), "is damaged"),
        (lambda path: np.savez(path, image=IMAGES, code=CODES), "it has no array 'tflite/enc"),
        (lambda path: np.savez(path, image=IMAGES[:0], code=CODES[:0],
                               **{INT8.path: STORED[:0]}), "it holds no image"),
        (lambda path: np.savez(path, image=IMAGES, code=CODES, **{INT8.path: STORED[:3]}),
         "not all of each image"),
        (lambda path: np.savez(path, image=3, code=CODES, **{INT8.path: STORED}),
         "'image' isn't an array of numbers"),
        (lambda path: np.savez(path, image=IMAGES, code=CODES.astype(str),
                               **{INT8.path: STORED}), "'code' isn't an array of numbers"),
    ],
)  # fmt: skip
def test_damaged_golden_images(verify, tmp_path, change, complaint):
    change(tmp_path / "golden.npz")
    with pytest.raises(RunError, match=complaint):
        verify(CODES, STORED)
