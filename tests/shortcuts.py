"""Parts of a command that a test doesn't look at, left out or cut short: others look at them."""

import base64
import contextlib
from collections.abc import Iterator
from unittest import mock

from kerasae.files import atomic_path

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
HEAD_EPOCHS = 2


@contextlib.contextmanager
def numbers_only() -> Iterator[None]:
    """Trainings end with their numbers, without SavedModel and figures, most of a short one."""
    from kerasae.jobs import train
    from kerasae.runs import outputs

    with (
        mock.patch.object(train, "_complete", lambda *_: None),
        mock.patch.object(outputs, "are_there", lambda *_: True),
    ):
        yield


@contextlib.contextmanager
def no_saved_model() -> Iterator[None]:
    """Trainings leave an empty folder in place of a SavedModel, which takes longer than they do."""
    from kerasae.jobs import train

    with mock.patch.object(train, "_export", lambda run, *_: run.saved_model.mkdir()):
        yield


@contextlib.contextmanager
def blank_figures() -> Iterator[None]:
    """Every figure is made, but what is written of it is one pixel: most of its time is drawing."""
    from kerasae.figures import drawing

    def save(path, make):
        with atomic_path(path) as new:
            make()
            new.write_bytes(PIXEL)

    with mock.patch.object(drawing, "save", save):
        yield


@contextlib.contextmanager
def short_heads() -> Iterator[None]:
    """Heads that are trained by gradient descent are trained for two epochs at most.

    Their few steps are run eagerly, which takes half as long as tracing them.
    """
    import keras

    from kerasae.readouts import gradient_fit

    fit, compile_ = gradient_fit.fit, keras.Model.compile

    def eager(model, **settings):
        compile_(model, run_eagerly=True, **settings)

    def short(*arguments, epochs, **settings):
        with mock.patch.object(keras.Model, "compile", eager):
            return fit(*arguments, epochs=min(epochs, HEAD_EPOCHS), **settings)

    with (
        mock.patch.object(gradient_fit, "fit", short),
        mock.patch.object(gradient_fit, "LEAST_STEPS", 1),
    ):
        yield
