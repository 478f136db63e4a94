import numpy as np
import tensorflow as tf
from scipy import stats

from kerasae.perturbations import keyed


def keys(count, epoch=0, seed=0):
    return tf.constant([[seed, epoch, position] for position in range(count)], tf.int64)


def test_numbers_follow_from_the_key_alone():
    together = keyed.uniform(keys(20), 5, stream=3).numpy()
    alone = [keyed.uniform(keys(20)[n : n + 1], 5, stream=3).numpy()[0] for n in range(20)]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(keyed.uniform(keys(20), 9, stream=3)[:, :5], together)


def test_every_part_of_the_key_counts():
    found = [
        keyed.uniform(given, 4, stream).numpy().tobytes()
        for given in (keys(3), keys(3, epoch=1), keys(3, seed=1), keys(4)[1:])
        for stream in (0, 1)
    ]
    assert len(set(found)) == len(found)


def test_uniform_numbers_are_uniform_and_independent():
    numbers = keyed.uniform(keys(400), 500, stream=0).numpy()
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > 1e-3
    # Between keys, and between the numbers of one key.
    for rows in (numbers, numbers.T):
        correlation = np.corrcoef(rows[:200])
        np.fill_diagonal(correlation, 0)
        assert np.abs(correlation).max() < 0.3


def test_normal_numbers_are_normal():
    numbers = keyed.normal(keys(300), 301, stream=0).numpy()
    assert numbers.shape == (300, 301)
    assert np.isfinite(numbers).all()
    assert stats.kstest(numbers.ravel(), "norm").pvalue > 1e-3
