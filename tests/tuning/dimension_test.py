import random

from kerasae.tuning.dimension import Dimension


def test_of_whole_numbers_too_equal_ratios_are_equally_likely():
    dimension = Dimension("batch_size", "int", None, 1, 999, None, True, ())
    generator = random.Random(0)
    drawn = [dimension.sample(generator) for _ in range(3_000)]
    shares = [sum(low <= one < 10 * low for one in drawn) / 3_000 for low in (1, 10, 100)]
    assert all(abs(share - 1 / 3) < 0.04 for share in shares)
    assert {type(one) for one in drawn} == {int} and min(drawn) == 1 and max(drawn) > 950
