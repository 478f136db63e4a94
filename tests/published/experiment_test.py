"""Settings and numbers of the published experiments."""

import numpy as np
import pytest
from made_records import run_record

from kerasae.config import ConfigError
from kerasae.published import experiment, experiments
from kerasae.runs import settings

COGNITION = experiments.load("cognition")
# Test images of each digit in MNIST.
MNIST = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def recorded(known, **facts):
    """A run of the experiment's settings, as its `config.json` records it."""
    usual = {
        "settings": settings.to_json(known.config()),
        "train_images": known.train_images,
        "image_shape": tuple(known.image_shape),
    }
    return run_record(**usual | facts)


def test_losses_are_those_of_the_report_by_our_count_of_epochs():
    assert COGNITION.training_loss() == {1: 0.0463, 2: 0.0121, 3: 0.0080, 4: 0.0059, 5: 0.0047}


@pytest.mark.parametrize(
    ("head", "accuracy", "fives"), [("linear", 0.8200, 565), ("ffn", 0.8308, 470)]
)
def test_matrices_count_every_test_image_of_mnist(head, accuracy, fives):
    matrix = np.array(COGNITION.confusion(head))
    assert matrix.sum(axis=1).tolist() == MNIST
    assert COGNITION.accuracy(head) == pytest.approx(accuracy)
    assert matrix[5, 5] == fives


def test_other_heads_were_not_published():
    with pytest.raises(ConfigError, match=r"must be one of ffn, linear\. Received: 'knn'"):
        COGNITION.confusion("knn")
    tied = experiments.load("ones_and_eights")
    assert (tied.published_heads, tied.training_loss()) == ((), {})


@pytest.mark.parametrize("known", experiments.load_all(), ids=lambda known: known.name)
def test_a_run_of_its_own_settings_repeats_it(known):
    config = recorded(known)
    assert experiments.matching(config.settings) is known
    assert experiments.repeated_by(config) is known
    config.settings["data"]["dataset"] += ":3.0.1"
    assert experiments.repeated_by(config) is known


@pytest.mark.parametrize("facts", [{"train_images": 54_000}, {"image_shape": (20, 20, 1)}])
def test_a_run_of_other_images_has_the_architecture_alone(facts):
    config = recorded(COGNITION, **facts)
    assert experiments.matching(config.settings) is COGNITION
    assert experiments.repeated_by(config) is None


@pytest.mark.parametrize("flag", COGNITION.architecture)
def test_a_run_of_another_architecture_repeats_nothing(flag):
    settings = recorded(COGNITION).settings
    settings["model_config"][flag.removeprefix("model.")] = 3
    assert experiments.matching(settings) is None


def test_what_the_source_leaves_open_is_no_difference():
    settings = recorded(COGNITION).settings
    settings["model_config"]["output_activation"] = "linear"
    assert experiments.matching(settings) is COGNITION


def test_the_digits_have_settings_of_their_own():
    on_digits = COGNITION.config(0, {"dataset": "digits", "epochs": None})
    assert (on_digits.training.epochs, on_digits.training.batch_size) == (60, 32)
    assert COGNITION.config(3, {"dataset": "digits", "epochs": 2}).training.epochs == 2
    assert COGNITION.config(3).training.seed == 3


@pytest.mark.parametrize("known", experiments.load_all(), ids=lambda known: known.name)
def test_every_flag_that_it_names_exists(known):
    named = {*known.architecture, *known.stated}
    named |= {flag for choice in known.choices for flag in choice.flags}
    assert named <= set(known.settings)


def test_a_wrong_key_is_named(tmp_path):
    (tmp_path / experiment.FILE).write_text('titel = "a slip"\n')
    with pytest.raises(ConfigError, match=r"experiment\.toml is no experiment: .*titel"):
        experiment.read(tmp_path)
