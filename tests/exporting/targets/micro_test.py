"""The C header: what it says, what a compiler makes of it, and what TensorFlow Lite Micro does."""

import re
import shutil
import subprocess

import keras
import numpy as np
import pytest

from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import micro
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled

pytest.importorskip("tflite_micro")
pytestmark = pytest.mark.slow
SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (20, *SHAPE), np.uint8)
# Prints the numbers that the header defines, and the array's sum.
PROGRAM = """
#include <stdio.h>
#include "encoder_int8.h"
int main(void) {
    unsigned long sum = 0;
    for (unsigned long at = 0; at < sizeof kerasae_encoder; at++) sum += kerasae_encoder[at];
    printf("%d %d %.9e %.9e %d %lu", KERASAE_IMAGE_HEIGHT * KERASAE_IMAGE_WIDTH *
           KERASAE_IMAGE_CHANNELS, KERASAE_CODE_SIZE, KERASAE_IMAGE_SCALE, KERASAE_CODE_SCALE,
           KERASAE_CODE_ZERO_POINT, sum);
    return (unsigned long) kerasae_encoder % 16;
}
"""


@pytest.fixture(scope="module")
def exported():
    keras.utils.set_random_seed(0)
    config = pooled.Config(filters=(4, 3), dense_sizes=(), latent_dim=5)
    return Exported(build_autoencoder("pooled", config, SHAPE))


@pytest.fixture(scope="module")
def header(exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("micro")
    micro.write(exported, folder, IMAGES)
    return folder / micro.PATH


def model_of(header):
    """The bytes of its array, read from the text."""
    text = header.read_text().partition("kerasae_encoder[")[2]
    return bytes(int(byte, 16) for byte in re.findall(r"0x[0-9a-f]{2}", text))


def defined(header, name):
    return int(re.search(rf"#define KERASAE_{name} (\d+)", header.read_text())[1])


def micro_codes(header, images, arena):
    """What TensorFlow Lite Micro gives, as stored."""
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model_of(header), arena_size=arena)
    codes = []
    for image in images:
        interpreter.set_input((image.astype(int) - 128).astype(np.int8)[np.newaxis], 0)
        interpreter.invoke()
        codes.append(interpreter.get_output(0)[0].copy())
    return np.array(codes)


def test_its_runtime_gives_the_codes_with_that_arena(exported, header):
    stored = micro_codes(header, IMAGES, defined(header, "ARENA_BYTES"))
    runner = micro.Runner(header)
    # Other processors round some sums the other way.
    np.testing.assert_allclose(stored, runner.run("", IMAGES), atol=1)
    end = runner.details("")["output"]
    real = (stored.astype(float) - end["zero_point"]) * end["scale"]
    codes = exported.expected(IMAGES)["code"]
    assert np.abs(real - codes).mean() < 0.05 * np.abs(codes).max()


def test_a_smaller_arena_is_too_small(header):
    with pytest.raises(RuntimeError):
        micro_codes(header, IMAGES[:1], defined(header, "ARENA_BYTES") - micro.ARENA_STEP)


def test_operators_are_named(header):
    assert "Operators to register: CONV_2D, FULLY_CONNECTED, " in header.read_text()


def test_a_file_without_a_model_is_none(tmp_path):
    (tmp_path / "other.h").write_text("int one = 1;")
    with pytest.raises(ValueError, match="holds no array"):
        micro.Runner(tmp_path / "other.h")


@pytest.mark.parametrize(("compiler", "suffix"), [("gcc", "c"), ("g++", "cpp")])
def test_a_compiler_takes_it(header, tmp_path, compiler, suffix):
    if not shutil.which(compiler):
        pytest.skip(f"there is no {compiler}")
    (tmp_path / f"program.{suffix}").write_text(PROGRAM)
    command = [compiler, "-Wall", "-Wextra", "-Werror", f"-I{header.parent}", f"program.{suffix}"]
    subprocess.run([*command, "-o", "program"], cwd=tmp_path, check=True)
    told = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True)
    end = micro.Runner(header).details("")
    pixels, size, image_scale, code_scale, zero, total = told.stdout.split()
    assert (int(pixels), int(size), int(zero)) == (108, 5, end["output"]["zero_point"])
    assert np.float32(image_scale) == np.float32(end["input"]["scale"])
    assert np.float32(code_scale) == np.float32(end["output"]["scale"])
    assert int(total) == sum(model_of(header))
