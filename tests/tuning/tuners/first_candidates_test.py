"""How the candidates are spread that no result decides."""

import math

import pytest
from formula_search import SPACE, search

from kerasae.tuning.record import latest

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("name", ["random", "bayesian", "hyperband"])
def test_four_are_in_four_quarters_of_every_range(load_space, name, seed):
    """Four independent draws are in 9 % of all cases, for one range."""
    candidates = load_space(
        "[learning_rate]\nmin = 1e-4\nmax = 1\nlog = true\n"
        '["model.latent_dim"]\nmin = 1\nmax = 8\n["model.filters[0]"]\nchoices = [1, 2, 3, 4]\n'
    )
    found = latest(search(name, candidates, trials=4, seed=seed))
    values = [outcome.values for outcome in found]
    rates = sorted(math.log10(one["learning_rate"]) for one in values)
    assert [math.floor(rate) for rate in rates] == [-4, -3, -2, -1]
    assert sorted((one["model.latent_dim"] - 1) // 2 for one in values) == [0, 1, 2, 3]
    assert sorted(one["model.filters[0]"] for one in values) == [1, 2, 3, 4]


def test_numbers_are_pythons_own(load_space):
    """A NumPy number would make Keras compute a schedule in another precision."""
    candidates = load_space(
        SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n[batch_size]\nmin = 1\nmax = 9\n"
    )
    for outcome in search("random", candidates, trials=3):
        rate = outcome.values.pop("learning_rate")
        assert type(rate) is float
        assert {type(value) for value in outcome.values.values()} == {int}
