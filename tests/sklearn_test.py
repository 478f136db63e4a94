"""The transformer keeps scikit-learn's contract, and codes images as a run does."""

import inspect
import pickle
import re
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from kerasae import run_flags
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError
from kerasae.sklearn import AutoencoderTransformer

TINY = {"filters": (2,), "kernel_sizes": (3,), "dense_sizes": (), "latent_dim": 3}
# Of rows of any length.
ROWS = {"filters": (1,), "kernel_sizes": (1,), "strides": (1,)}


@pytest.fixture(scope="module")
def digits():
    """Rows of 64 grey levels from 0 to 16, and their classes."""
    rows, labels = load_digits(return_X_y=True)
    return rows[:120], labels[:120]


@pytest.fixture(scope="module")
def fitted(digits):
    return tiny(value_range=(0, 16)).fit(digits[0])


def tiny(**given):
    return AutoencoderTransformer(**{"model_options": TINY, "epochs": 1, **given})


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_contract_of_scikit_learn(monkeypatch):
    """The initial weights will do for it: it fits a hundred times."""
    monkeypatch.setattr("kerasae.training.fit.fit", lambda *_: None)
    estimator = AutoencoderTransformer(
        model="all_convolutional",
        model_options=ROWS,
        epochs=1,
        image_shape="row",
        value_range="fit",
    )
    done = check_estimator(estimator, on_skip=None, on_fail=None)
    failed = {one["check_name"]: one["exception"] for one in done if one["status"] == "failed"}
    assert not failed
    assert len(done) > 40


def test_its_settings_are_the_flags():
    line = CommandLine("")
    run_flags.define(line)
    own = {"image_shape", "value_range", "random_state", "verbose"}
    parameters = inspect.signature(AutoencoderTransformer).parameters
    options = {f"{plugins.flag}_options" for plugins in line.plugins}
    named = set(parameters) - own - options
    assert named == {"model", "training_objective", "epochs", "batch_size", "optimizer",
                     "learning_rate", "learning_rate_schedule", "warmup_fraction", "momentum",
                     "beta_2", "mixed_precision"}  # fmt: skip
    for name in named:
        assert parameters[name].default == line.values[name].default
        assert f" {name}: " in AutoencoderTransformer.__doc__
    assert parameters["random_state"].default == line.values["seed"].default


@pytest.mark.slow
class TestImages:
    def test_rows_and_images_are_the_same(self, digits, fitted):
        images = np.rint(digits[0] * (255 / 16)).astype(np.uint8)
        as_images = tiny().fit(images.reshape(-1, 8, 8))
        as_rows = tiny(image_shape=(8, 8)).fit(images)
        np.testing.assert_array_equal(
            as_images.transform(images.reshape(-1, 8, 8)), as_rows.transform(images)
        )
        np.testing.assert_allclose(
            fitted.transform(digits[0]), as_rows.transform(images), rtol=0.02, atol=0.02
        )

    def test_there_and_back(self, digits, fitted):
        codes = fitted.transform(digits[0])
        assert (codes.shape, codes.dtype) == ((120, 3), np.float32)
        back = fitted.inverse_transform(codes)
        assert back.shape == digits[0].shape
        error = np.square((back - digits[0]) / 16).mean()
        np.testing.assert_allclose(fitted.score(digits[0]), -error, rtol=1e-4)

    def test_back_to_the_form_in_fit(self, digits):
        colour = np.repeat(digits[0].reshape(-1, 8, 8, 1) / 16, 3, axis=3)
        for shape in ((120, 8, 8, 3), (120, 192)):
            found = tiny(image_shape=(8, 8, 3)).fit(colour.reshape(shape))
            assert found.image_shape_ == (8, 8, 3)
            codes = found.transform(colour.reshape(shape)[:5])
            assert found.inverse_transform(codes).shape == (5, *shape[1:])

    def test_features_have_names(self, fitted, digits):
        names = [f"autoencodertransformer{number}" for number in range(3)]
        assert fitted.get_feature_names_out().tolist() == names
        fitted_again = clone(fitted).set_output(transform="default")
        assert fitted_again.get_params() == fitted.get_params()

    def test_it_is_pickled_with_its_weights(self, fitted, digits):
        again = pickle.loads(pickle.dumps(fitted))
        np.testing.assert_array_equal(again.transform(digits[0]), fitted.transform(digits[0]))
        assert again.get_params() == fitted.get_params()

    def test_the_seed_decides(self, fitted, digits):
        codes = fitted.transform(digits[0])
        np.testing.assert_array_equal(clone(fitted).fit_transform(digits[0]), codes)
        other = clone(fitted).set_params(random_state=1).fit_transform(digits[0])
        assert not np.allclose(other, codes)

    def test_in_a_pipeline_and_a_search(self, digits):
        sizes = [{**TINY, "latent_dim": size} for size in (2, 4)]
        pipeline = make_pipeline(tiny(value_range=(0, 16)), LogisticRegression(max_iter=50))
        grid = {"autoencodertransformer__model_options": sizes}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            search = GridSearchCV(pipeline, grid, cv=2).fit(*digits)
        assert search.best_params_["autoencodertransformer__model_options"] in sizes
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()

    def test_values_beyond_the_range(self, fitted, digits):
        with pytest.raises(ConfigError, match=r"from 0 to 16, its value_range\. .* from 0 to 17"):
            fitted.transform(np.where(digits[0] == 16, 17, digits[0]))
        learned = tiny(value_range="fit").fit(digits[0])
        assert learned.value_range_ == (0, 16)
        beyond = learned.transform(np.where(digits[0] == 16, 99, digits[0]))
        np.testing.assert_array_equal(beyond, learned.transform(digits[0]))

    def test_another_shape_than_in_fit(self, fitted, digits):
        with pytest.raises(ValueError, match=r"X has 60 features, but .* expecting 64"):
            fitted.transform(digits[0][:, :60])
        square = tiny(value_range=(0, 16)).fit(digits[0].reshape(-1, 8, 8))
        for wrong in (digits[0].reshape(-1, 8, 8, 1), digits[0].reshape(-1, 8, 4, 2)[..., :1]):
            with pytest.raises(ConfigError, match="X must be of the shape in fit"):
                square.transform(wrong)


@pytest.mark.parametrize(
    ("given", "shape", "complaint"),
    [
        ({}, (5, 63), "image_shape must be the (height, width)"),
        ({"image_shape": (8, 7)}, (5, 64), "image_shape must be the (height, width)"),
        ({"image_shape": (8, 7)}, (5, 8, 8), "image_shape=8,7, X=float64 array (5, 8, 8)"),
        ({}, (5, 8, 8, 1, 1), "X must be (n, pixels), (n, height, width) or"),
        ({}, (5, 8, 8, 2), "float64 array (5, 8, 8, 2)"),
        ({"value_range": (3, 3)}, (5, 64), 'value_range must be (low, high), "fit" or None'),
        ({"value_range": "wide"}, (5, 64), 'value_range must be (low, high), "fit" or None'),
        ({"epochs": 0}, (5, 64), "epochs must be 1 or more"),
        ({"model": "none"}, (5, 64), "model must be one of all_convolutional, pooled"),
        ({"model_options": {"code": 3}}, (5, 64), "pooled has no option 'code'"),
        ({"random_state": -1}, (5, 64), "seed must be 0 or more"),
    ],
)  # fmt: skip
def test_mistakes(given, shape, complaint):
    with pytest.raises(ConfigError, match=re.escape(complaint)):
        AutoencoderTransformer(**given).fit(np.zeros(shape))


def test_values_that_are_no_images():
    for wrong in (np.full((5, 64), 2.0), np.full((5, 64), -1.0), np.full((5, 64), 3, int)):
        with pytest.raises(ConfigError, match=r"X must be an array .* with values from"):
            tiny().fit(wrong)


def test_what_is_not_fitted_says_so():
    for method in ("transform", "inverse_transform", "score"):
        with pytest.raises(NotFittedError):
            getattr(tiny(), method)(np.zeros((2, 3)))
