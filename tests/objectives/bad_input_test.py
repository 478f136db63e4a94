"""What an objective can't be, said in one message before anything starts."""

import pytest

from kerasae import run_flags
from kerasae.config import ConfigError
from kerasae.models.footprint import require_buildable

REFUSED = {
    "moved beta=2": "training_objective=moved has no option training_objective.beta",
    "denoising level=0": "level must be above 0, at most 1. Received: level=0.0",
    "denoising level=1.5": "level must be above 0, at most 1. Received: level=1.5",
    "denoising noise=none": "should be one of <gaussian|masking",
    "sparse sparsity_weight=0": "sparsity_weight must be above 0",
    "variational beta=nan": "beta must be above 0",
    "invariance reconstruction_weight=0 invariance_weight=0 variance_weight=0 covariance_weight=0":
        "weights must not all be 0. Received: reconstruction_weight=0.0, invariance_weight=0.0, v",
    "invariance method=barlow_twins reconstruction_weight=0 invariance_weight=0":
        "weights must not all be 0. Received: reconstruction_weight=0.0, invariance_weight=0.0.",
    "winner_take_all spatial": "needs, as it is set, a --model whose code is maps",
    "k_sparse kept=49": "needs, as it is set, a code of 50 numbers or more. Received: code_size=49",
    "invariance invariant_size=50": "a code of 50 numbers or more. Received: code_size=49",
}  # fmt: skip


@pytest.mark.parametrize("settings", REFUSED)
def test_it_is_refused(settings):
    name, *options = settings.split()
    flags = [f"--training_objective={name}", *(f"--training_objective.{one}" for one in options)]
    with pytest.raises(ConfigError) as caught:
        require_buildable(run_flags.parse(flags), (28, 28))
    assert REFUSED[settings] in str(caught.value)


@pytest.mark.parametrize(
    "flags",
    [["--training_objective=variational"], ["--training_objective.error=binary_crossentropy"]],
    ids=str,
)
def test_pixels_as_probabilities_need_a_model_that_gives_them(flags):
    with pytest.raises(ConfigError, match=r"needs --model.output_activation=sigmoid\. .*=tanh"):
        run_flags.parse(["--model=all_convolutional", *flags])
    run_flags.parse(["--model=all_convolutional", "--model.output_activation=sigmoid", *flags])
