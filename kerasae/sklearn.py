"""An autoencoder as a transformer of scikit-learn: images to codes, and back."""

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from kerasae import arguments, run_flags
from kerasae.api import array_form
from kerasae.api import images as image_arrays
from kerasae.api.array_model import ArrayModel
from kerasae.arrays import described
from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.models.footprint import require_buildable
from kerasae.run_config import RunConfig

DTYPES = (np.float64, np.float32, np.uint8)
SEEDS = 2**31 - 1


class AutoencoderTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Learns codes of images without labels.

    Fitting trains a convolutional autoencoder in memory and writes nothing. The same images,
    settings and `random_state` give the same codes. scikit-learn's `check_estimator` finds nothing
    to complain of; its rows of any length and any values need `image_shape="row"` and
    `value_range="fit"`, and a model for images of any size.

    Args:
        image_shape: `(height, width)` or `(height, width, channels)` of images that come as rows
            of pixels `(n, pixels)`; `"row"` for rows that are images of one line; None for images
            that come as `(n, height, width)` or `(n, height, width, channels)`, and for rows of
            which the image is a grey square.
        value_range: `(low, high)`: the values that are black and white. `"fit"` takes the least and
            greatest value in `fit`, and cuts later ones off there. None for uint8, whose range
            is known, and floating-point numbers in [0, 1]. Values outside are refused.
        model: The model family.
        model_options: The family's options, as `{"latent_dim": 16}`.
        training_objective: What training minimises.
        training_objective_options: Its options.
        epochs: Passes over the images.
        batch_size: Images in one step.
        optimizer: `"adam"` or `"sgd"`.
        learning_rate: At its peak where it is scheduled.
        learning_rate_schedule: `"constant"`, `"cosine"` or `"linear"`.
        warmup_fraction: Share of all steps over which the learning rate rises.
        momentum: Of sgd.
        beta_2: Of adam.
        mixed_precision: Whether to compute in bfloat16.
        random_state: Draws the initial weights and the order of every epoch; a whole number is
            the `--seed` of `kerasae.train`.
        verbose: Whether to show a progress bar, on a terminal or in a notebook.

    Attributes:
        model_: The trained autoencoder, see `kerasae.api.array_model.ArrayModel`.
        image_shape_: `(height, width, channels)`.
        value_range_: `(low, high)`; None where `value_range` is.
        n_features_in_: Size of the second axis of what it was fitted on.

    Input shape:
        `(n, pixels)`, `(n, height, width)` or `(n, height, width, channels)`, always as in `fit`.

    Output shape:
        `(n, code_size)`, float32.

    Example:

    >>> from sklearn.datasets import load_digits
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> digits, labels = load_digits(return_X_y=True)
    >>> options = {"latent_dim": 8}
    >>> encoder = AutoencoderTransformer(value_range=(0, 16), model_options=options, epochs=1)
    >>> pipeline = make_pipeline(encoder, LogisticRegression()).fit(digits[:100], labels[:100])
    >>> pipeline[0].transform(digits[:5]).shape
    (5, 8)
    """

    def __init__(
        self,
        *,
        image_shape=None,
        value_range=None,
        model="pooled",
        model_options=None,
        training_objective="reconstruction",
        training_objective_options=None,
        epochs=5,
        batch_size=100,
        optimizer="adam",
        learning_rate=0.001,
        learning_rate_schedule="constant",
        warmup_fraction=0.0,
        momentum=0.0,
        beta_2=0.999,
        mixed_precision=False,
        random_state=0,
        verbose=False,
    ):
        self.image_shape = image_shape
        self.value_range = value_range
        self.model = model
        self.model_options = model_options
        self.training_objective = training_objective
        self.training_objective_options = training_objective_options
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.warmup_fraction = warmup_fraction
        self.momentum = momentum
        self.beta_2 = beta_2
        self.mixed_precision = mixed_precision
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X, y=None):  # noqa: N803 - scikit-learn's name
        """Trains the autoencoder.

        Args:
            X: Images.
            y: Nothing; there for pipelines.

        Returns:
            Itself.

        Raises:
            ConfigError: a ValueError, for images or settings that can't be.
            RunError: for a training whose loss is no longer a number.
        """
        X = self._validated(X, reset=True)  # noqa: N806
        shape = array_form.image_shape_of(X, self.image_shape)
        value_range = array_form.value_range_of(X, self.value_range)
        images = array_form.scaled(X, value_range).reshape(len(X), *shape)
        self.model_ = ArrayModel(self._trained(image_arrays.eight_bit("X", images)))
        self.image_shape_, self.value_range_, self._axes = shape, value_range, X.ndim
        self._n_features_out = self.model_.autoencoder.code_size
        return self

    def transform(self, X):  # noqa: N803
        """Codes of images, float32 `(n, code_size)`.

        Args:
            X: Images, of the shape and range of those in `fit`.

        Raises:
            ConfigError: for others.
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        images = self._images(X)
        return self.model_.encode(images)

    def inverse_transform(self, X):  # noqa: N803
        """Images of codes, float32, in shape and range as in `fit`; in [0, 1] for uint8.

        Args:
            X: Codes `(n, code_size)`.

        Raises:
            ConfigError: for others.
            sklearn.exceptions.NotFittedError: before `fit`.
        """
        check_is_fitted(self)
        images = self.model_.decode(check_array(X, dtype=np.float32))
        return array_form.restored(images, self.value_range_, self._axes)

    def score(self, X, y=None):  # noqa: N803
        """Mean squared error per pixel of images in [0, 1], negative: more is better.

        Args:
            X: Images.
            y: Nothing; there for pipelines.
        """
        images = self._images(X)
        return -float(self.model_.errors(images).mean(dtype=np.float64))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    def _images(self, X):  # noqa: N803
        """Images for the model of what a method was given."""
        check_is_fitted(self)
        X = self._validated(X, reset=False)  # noqa: N806
        shape = array_form.image_shape_of(X, self.image_shape)
        require(
            shape == self.image_shape_ and X.ndim == self._axes,
            f"X must be of the shape in fit, with images {self.image_shape_}.",
            X=described(X),
        )
        cut_off = self.value_range == array_form.FIT
        return array_form.scaled(X, self.value_range_, cut_off).reshape(len(X), *shape)

    def _validated(self, X, reset: bool):  # noqa: N803
        """An array of two to four axes, of finite numbers."""
        found = validate_data(self, X, reset=reset, dtype=list(DTYPES), allow_nd=True)
        require(
            found.ndim <= 4,
            "X must be (n, pixels), (n, height, width) or (n, height, width, channels).",
            X=described(found),
        )
        return found

    def _config(self) -> RunConfig:
        """The settings of a run."""
        line = CommandLine("")
        run_flags.define(line)
        given = {name: value for name, value in self.get_params(deep=False).items()
                 if name in arguments.parameters(line)}  # fmt: skip
        whole = isinstance(self.random_state, (int, np.integer))
        seed = self.random_state if whole else check_random_state(self.random_state).randint(SEEDS)
        with arguments.in_words_of_python(line):
            arguments.assign(line, {**given, "seed": seed})
            return run_flags.read(line)

    def _trained(self, images: np.ndarray):
        """An autoencoder trained on uint8 images, computing in float32."""
        config = self._config()
        require_buildable(config, images.shape[1:3])

        from kerasae.training import in_memory

        return in_memory.train(config, images, self.verbose)
