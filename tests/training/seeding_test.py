"""One seed for everything inside, and the caller's own state again outside."""

import keras
import pytest
from caller_state import around, sampled

from kerasae.training.seeding import seeded


def test_the_same_inside_whatever_was_outside(float_policy):
    found = []
    for other in (1, 2):
        keras.utils.set_random_seed(other)
        float_policy("mixed_bfloat16" if other == 1 else "float32")
        keras.layers.Dense(1)
        with seeded(7):
            found.append(sampled())
    assert found[0] == found[1]
    assert found[0][4:6] == ("dense", "float32")
    with seeded(8):
        assert sampled()[:4] != found[0][:4]


@pytest.mark.parametrize("error", [None, ZeroDivisionError, KeyboardInterrupt])
def test_the_caller_goes_on_as_if_nothing_had_been(error, float_policy):
    def inside():
        try:
            with seeded(7):
                sampled()
                keras.config.set_dtype_policy("float16")
                if error:
                    raise error
        except (ZeroDivisionError, KeyboardInterrupt):
            pass

    assert around(inside) == around(lambda: None)


def test_blocks_inside_each_other():
    with seeded(1):
        alone = [sampled(), sampled()]
    with seeded(1):
        first = sampled()
        with seeded(2):
            sampled()
        assert [first, sampled()] == alone


def test_a_caller_without_a_seed_has_none_afterwards(python):
    """In a fresh process, before anything was seeded."""
    done = python(
        "from kerasae.training.seeding import seeded\n"
        "import tensorflow as tf\n"
        "from keras.src.utils.rng_utils import get_random_seed\n"
        "from tensorflow.python.eager import context\n"
        "with seeded(3):\n"
        "    tf.random.uniform(())\n"
        "print(get_random_seed(), context.global_seed())\n"
        "tf.random.uniform(())\n",
        warm=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["None", "None"]
