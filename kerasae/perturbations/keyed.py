"""Random numbers that are a function of a key, for a whole batch of keys at once.

TensorFlow's stateless generators take one seed a call; a call for each image is
slower than a training step. So the numbers are hashed: SplitMix64 (Steele, Lea
and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
"""

import math

import tensorflow as tf

GOLDEN = 0x9E3779B97F4A7C15
_FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_SHIFTS = (30, 27, 31)
# Bits of a uniform number: what float32 holds exactly.
_BITS = 24
# Numbers that the processor's vector units take at once, or a multiple of it. What is left over at
# an array's end is computed otherwise, to other last bits: so no key may have a part of it.
_TOGETHER = 16


def uniform(keys: tf.Tensor, count: int, stream: int) -> tf.Tensor:
    """Numbers evenly spread over [0, 1).

    Args:
        keys: int64 `(batch, 3)`: seed, epoch and position of each image.
        count: Numbers for each key.
        stream: Tells uses of the same key apart, 0 or more.

    Returns:
        float32 `(batch, count)`.
    """
    state = tf.fill(tf.shape(keys)[:1], _uint64(stream))
    for part in tf.unstack(tf.bitcast(keys, tf.uint64), axis=1):
        state = _mixed(state + _uint64(GOLDEN)) ^ part
    counters = _uint64(GOLDEN) * tf.cast(tf.range(1, count + 1), tf.uint64)
    hashed = _mixed(_mixed(state)[:, None] + counters)  # (B, count)
    top = tf.bitwise.right_shift(hashed, _uint64(64 - _BITS))
    return tf.cast(tf.cast(top, tf.int32), tf.float32) * 2.0**-_BITS


def normal(keys: tf.Tensor, count: int, stream: int) -> tf.Tensor:
    """Standard normal numbers, by Box and Muller; arguments and result as of `uniform`."""
    half = -(-count // (2 * _TOGETHER)) * _TOGETHER
    uniforms = uniform(keys, 2 * half, stream)
    radius = tf.sqrt(-2 * tf.math.log(1 - uniforms[:, :half]))
    angle = 2 * math.pi * uniforms[:, half:]
    return tf.concat([radius * tf.cos(angle), radius * tf.sin(angle)], axis=1)[:, :count]


def _mixed(state: tf.Tensor) -> tf.Tensor:
    """SplitMix64's finaliser."""
    for shift, factor in zip(_SHIFTS, _FACTORS, strict=False):
        state = (state ^ tf.bitwise.right_shift(state, _uint64(shift))) * _uint64(factor)
    return state ^ tf.bitwise.right_shift(state, _uint64(_SHIFTS[-1]))


def _uint64(number: int) -> tf.Tensor:
    return tf.constant(number, tf.uint64)
