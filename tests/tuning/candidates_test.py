"""Points of a space and the runs they stand for."""

import itertools
import random

import pytest

from kerasae.config import ConfigError

SPACE = """
[stages]
choices = [1, 2]
["model.filters[0]"]
choices = [2, 4]
["model.filters[1]"]
choices = [2, 4, 8]
when = { stages = 2 }
["model.dense_sizes"]
choices = [[], [9, 5]]
["model.latent_dim"]
min = 2
max = 6
step = 2
"""


def test_a_point_becomes_a_run(load_space):
    candidates = load_space(SPACE, "--model.kernel_sizes=3,5", "--epochs=7")
    values = {"stages": 2, "model.filters[0]": 4, "model.filters[1]": 8,
              "model.dense_sizes": "[9, 5]", "model.latent_dim": 6}  # fmt: skip
    config = candidates.config(values)
    model = config.model_config
    assert (model.filters, model.kernel_sizes) == ((4, 8), (3, 5))
    assert (model.dense_sizes, model.latent_dim) == ((9, 5), 6)
    assert config.training.epochs == 7
    assert candidates.values_of(config) == values


def test_fewer_stages_cut_what_the_flags_say_of_each(load_space):
    candidates = load_space(SPACE, "--model.kernel_sizes=5,3")
    config = candidates.config({"stages": 1, "model.filters[0]": 2})
    assert (config.model_config.filters, config.model_config.kernel_sizes) == ((2,), (5,))
    assert "model.filters[1]" not in candidates.values_of(config)


def test_a_space_is_as_large_as_its_different_runs(load_space):
    """Counted by hand: one stage 2 filters, two stages 2 x 3; 2 dense; 3 latent sizes."""
    candidates = load_space(SPACE)
    assert candidates.size == ((2 + 2 * 3) * 2 * 3, True)
    assert candidates.space.combinations() == 48
    runs = [config for _, config in candidates.distinct()]
    assert len(set(runs)) == len(runs) == 48


def test_what_makes_no_difference_is_counted_once(load_space):
    """Without a condition, a second stage's filters vary where there is no second stage."""
    candidates = load_space(SPACE.replace("when = { stages = 2 }", ""))
    assert candidates.space.combinations() == 2 * 2 * 3 * 2 * 3
    assert candidates.size == (48, True)


def test_what_makes_no_model_is_not_counted(load_space):
    """Windows that are always inside: 1 + (n - kernel) // stride places must be left."""
    kernels, strides, size = (3, 9, 15), (1, 2), 20
    candidates = load_space(
        f"""
        ["model.kernel_sizes[0]"]
        choices = {list(kernels)}
        ["model.kernel_sizes[1]"]
        choices = {list(kernels)}
        ["model.strides[0]"]
        choices = {list(strides)}
        """,
        "--model=all_convolutional",
        image_size=(size, size),
    )
    fitting = [
        (first, second, stride)
        for first, second, stride in itertools.product(kernels, kernels, strides)
        if (size - first) // stride + 1 >= second
    ]
    assert candidates.size == (len(fitting), True)
    assert 0 < len(fitting) < 18


def test_continuous_spaces_have_no_size(load_space):
    candidates = load_space("[learning_rate]\nmin = 0.1\nmax = 1")
    assert candidates.size == (None, True)


def test_large_spaces_are_bounded(load_space):
    candidates = load_space(
        "[batch_size]\nmin = 1\nmax = 1000\n[model]\nlatent_dim = { min = 1, max = 1000 }"
    )
    assert candidates.size == (1_000_000, False)


def test_a_long_range_is_not_listed(load_space):
    """A million numbers would take megabytes."""
    latent_dim = '["model.latent_dim"]\nmin = 1\nmax = 1_000_000'
    candidates = load_space(latent_dim, "--model.dense_sizes=", "--model.filters=1,1")
    assert candidates.size == (10**6, False)
    assert type(candidates.space["model.latent_dim"].points()) is range
    assert 1 <= candidates.space.sample(random.Random(0))["model.latent_dim"] <= 10**6


def test_draws_hold_what_counts_and_nothing_else(load_space):
    candidates = load_space(SPACE)
    generator = random.Random(0)
    seen = set()
    for _ in range(300):
        values = candidates.space.sample(generator)
        assert ("model.filters[1]" in values) == (values["stages"] == 2)
        seen.add(candidates.config(values))
    assert len(seen) == 48


def test_a_gap_in_a_tuple_is_refused(load_space):
    with pytest.raises(ConfigError, match=r"\[stages\]: 1 can't be: .*dense_sizes has no item 0"):
        load_space(
            '[stages]\nchoices = [1, 2]\n["model.dense_sizes[1]"]\nchoices = [4]\n'
            '["model.dense_sizes[0]"]\nchoices = [9]\nwhen = { stages = 2 }',
            "--model.dense_sizes=",
        )


OBJECTIVES = """
[training_objective]
choices = ["reconstruction", "moved", "invariance"]
[training_objective.shift]
choices = [0.1, 0.2]
when = { training_objective = ["moved", "invariance"] }
[training_objective.noise]
choices = ["none", "gaussian"]
when = { training_objective = "moved" }
["model.latent_dim"]
choices = [3, 4]
"""


def test_an_objective_and_its_options_are_searched(load_space):
    candidates = load_space(OBJECTIVES, "--training_objective.error=l1")
    assert candidates.size == ((1 + 2 * 2 + 2) * 2, True)
    values = {"training_objective": "moved", "training_objective.shift": 0.2,
              "training_objective.noise": "gaussian", "model.latent_dim": 4}  # fmt: skip
    config = candidates.config(values)
    assert (config.training_objective, config.objective_config.noise) == ("moved", "gaussian")
    assert config.objective_config.shift == 0.2
    assert candidates.values_of(config) == values
    plain = candidates.config({"training_objective": "reconstruction", "model.latent_dim": 3})
    assert plain.objective_config.error == "l1", "what the flags say of their own objective"
    assert config.objective_config.error == "mse"


def test_options_of_the_flags_objective_are_searched_alone(load_space):
    space = "[training_objective]\nbeta = { min = 0.1, max = 10.0, log = true }"
    candidates = load_space(space, "--training_objective=variational")
    config = candidates.config({"training_objective.beta": 2.0})
    assert (config.training_objective, config.objective_config.beta) == ("variational", 2.0)
