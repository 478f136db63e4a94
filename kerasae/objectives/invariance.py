"""Invariance: two moved views of an image have the same code, which gives the image back.

Without the reconstruction these are VICReg (Bardes, Ponce and LeCun, ICLR 2022)
and Barlow Twins (Zbontar et al., ICML 2021). Done differently: the terms act on
the code itself, without a projector behind it, and every term is a mean over
the numbers that it binds, so that weights keep their meaning at any latent
size. Where not all are bound, the others may hold what the moves change, as in
von Kügelgen et al., "Self-Supervised Learning with Data Augmentations Provably
Isolates Content from Style" (NeurIPS 2021): an image can be given back in detail
from a code of which a part is invariant, if every view is to be given back as it was
moved: upright again, it asks the other numbers, too, to leave the move out.

With an attack, the second view is moved on to where its code differs most from
the first one's, as in Kim, Tack and Hwang, "Adversarial Self-Supervised
Contrastive Learning" (NeurIPS 2020), by one step along the gradient's sign
(Goodfellow, Shlens and Szegedy, ICLR 2015) from a view that already differs.
"""

import dataclasses
from typing import Literal

from kerasae.bounds import COUNT, Bounds
from kerasae.config import option, require
from kerasae.objectives import Term, reconstruction
from kerasae.perturbations.options import Moves, Noise

INVARIANCE, VARIANCE, COVARIANCE = "invariance", "variance", "covariance"
CORRELATION = "cross_correlation"
WEIGHT = Bounds(0, 1e6)
ATTACK = Bounds(0, 1)
# Added to a variance before its root.
EPSILON = 1e-4


@dataclasses.dataclass(frozen=True)
class Config(Moves, Noise, reconstruction.Config):
    """How far views are moved and how spoiled, which terms bind their codes, and the weights."""

    clean_view: bool = option(
        False,
        "the first of the two views is the image as it is, so that what the model is used on "
        "is among what it is trained on",
    )
    invariant_size: int | None = option(
        None,
        "numbers of the code, from the first, that the terms bind; the others may hold what moves "
        "change; all where not given",
        bounds=COUNT,
    )
    target: Literal["image", "view"] = option(
        "image",
        "what the code of a view has to give back: the image as it is; or the view itself, where "
        "numbers that are not bound can hold its moves",
    )
    attack: float = option(
        0.0,
        "every pixel of the second view is changed by this much (white has 1) to where the code "
        "then differs most from the first view's",
        bounds=ATTACK,
    )
    method: Literal["vicreg", "barlow_twins"] = option(
        "vicreg",
        "vicreg: codes agree, every number varies, no two go together; barlow_twins: the "
        "cross-correlation of the codes is the identity",
    )
    reconstruction_weight: float = option(25.0, "of the reconstruction's error", bounds=WEIGHT)
    invariance_weight: float = option(
        1.0, "of the codes' squared difference; barlow_twins: of the whole", bounds=WEIGHT
    )
    variance_weight: float = option(1.0, "of what a number's deviation lacks of 1", bounds=WEIGHT)
    covariance_weight: float = option(
        0.04, "of squared covariances; barlow_twins: of those off the diagonal", bounds=WEIGHT
    )

    def __post_init__(self):
        super().__post_init__()
        names = ["reconstruction_weight", "invariance_weight"]
        if self.method == "vicreg":
            names += ["variance_weight", "covariance_weight"]
        weights = {name: getattr(self, name) for name in names}
        require(
            any(weights.values()),
            "--training_objective's weights must not all be 0.",
            **weights,
        )
        require(
            self.target == "image" or (self.clean_view and self.noise == "none"),
            "--training_objective.target=view needs --training_objective.clean_view, so that "
            "images as they are are given back too, and goes without noise, which nobody wants "
            "back.",
            target=self.target,
            clean_view=self.clean_view,
            noise=self.noise,
        )
        moves = {move.name: getattr(self, move.name) for move in dataclasses.fields(Moves)}
        # Between equal codes there is no way that leads apart.
        require(
            not self.attack or self.noise != "none" or any(moves.values()),
            "--training_objective.attack needs two views that differ: a move above 0, or "
            "--training_objective.noise.",
            attack=self.attack,
            **moves,
        )

    @property
    def least_batch(self) -> int:
        """Images that a batch must have: one code alone has no variance."""
        return 2

    @property
    def least_code(self) -> int:
        """Numbers that a code must have: those that the terms bind."""
        return self.invariant_size or 1


class Invariance(reconstruction.Reconstruction):
    """Two views of each image, both reconstructed, their codes bound to each other."""

    def __init__(self, config: Config):
        super().__init__(config)
        self.config = config
        self.terms = {self.error.name: Term(self.error.unit, config.reconstruction_weight)}
        if config.method == "vicreg":
            self.terms |= {
                INVARIANCE: Term("mean squared difference of codes", config.invariance_weight),
                VARIANCE: Term(
                    "mean of what each code number's standard deviation lacks of 1",
                    config.variance_weight,
                ),
                COVARIANCE: Term(
                    "sum of squared covariances of different code numbers, divided by their number",
                    config.covariance_weight,
                ),
            }
        else:
            unit = (
                "squared distance of the codes' cross-correlation to the identity, by their number"
            )
            self.terms[CORRELATION] = Term(unit, config.invariance_weight)

    def views(self, images, keys):
        from kerasae.perturbations import views

        second = views.view(images, keys, self.config, 1)
        if self.config.clean_view:
            return images, second
        return views.view(images, keys, self.config, 0), second

    def harden(self, views, encode):
        import tensorflow as tf

        from kerasae.perturbations import gradient_sign

        if not self.config.attack:
            return views
        first, second = views
        aim = encode(first)
        with tf.GradientTape() as tape:
            tape.watch(second)
            apart = tf.square(self._bound(encode(second)) - self._bound(aim))
        direction = tf.sign(tape.gradient(apart, second))
        return first, tf.stop_gradient(gradient_sign.step(second, direction, self.config.attack))

    def _bound(self, code):
        """The numbers of a code that the terms bind."""
        return code[:, : self.config.invariant_size]

    def values(self, images, seen):
        codes = [self._bound(view.code) for view in seen]
        terms = _vicreg(*codes) if self.config.method == "vicreg" else self._barlow_twins(*codes)
        return super().values(images, seen) | terms

    def _wanted(self, images, view):
        return view.shown if self.config.target == "view" else images

    def _barlow_twins(self, first, second):
        import tensorflow as tf

        size, count = _sizes(first)
        first, second = (
            (code - tf.reduce_mean(code, axis=0)) / _deviation(code) for code in (first, second)
        )
        correlation = tf.matmul(first, second, transpose_a=True) / count  # (code, code)
        squares = tf.square(correlation - tf.eye(tf.shape(first)[1]))
        on_diagonal = tf.reduce_sum(tf.linalg.diag_part(squares))
        off_diagonal = tf.reduce_sum(squares) - on_diagonal
        return {CORRELATION: (on_diagonal + self.config.covariance_weight * off_diagonal) / size}


def _vicreg(first, second):
    """The three terms for the bound parts of two codes `(batch, size)` of the same images."""
    import tensorflow as tf

    size, count = _sizes(first)
    lacking, covarying = 0.0, 0.0
    for code in (first, second):
        lacking += tf.reduce_mean(tf.nn.relu(1 - _deviation(code))) / 2
        centred = code - tf.reduce_mean(code, axis=0)
        covariance = tf.matmul(centred, centred, transpose_a=True) / tf.maximum(count - 1, 1)
        squares = tf.square(covariance)
        covarying += (tf.reduce_sum(squares) - tf.reduce_sum(tf.linalg.diag_part(squares))) / size
    return {
        INVARIANCE: tf.reduce_mean(tf.square(first - second)),
        VARIANCE: lacking,
        COVARIANCE: covarying,
    }


def _sizes(code):
    """Numbers of a code and codes of a batch, as float32 scalars."""
    import tensorflow as tf

    return tf.cast(tf.shape(code)[1], tf.float32), tf.cast(tf.shape(code)[0], tf.float32)


def _deviation(code):
    """Standard deviation of each number over the batch, `(size,)`, above 0."""
    import tensorflow as tf

    return tf.sqrt(tf.math.reduce_variance(code, axis=0) + EPSILON)


def build(config: Config) -> Invariance:
    """The objective."""
    return Invariance(config)
