"""What a worker's process says of an error that is no fault of its task."""

import errno

import pytest

from kerasae.config import ConfigError, RunError
from kerasae.workers.worker import plain_error


class SpecialError(RunError):
    """As a training's own, whose module imports TensorFlow."""


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "a.png"), OSError, "'a.png'"),
        (SpecialError("no number"), RunError, "no number"),
        (ConfigError("--dataset"), ConfigError, "--dataset"),
    ],
)
def test_an_error_is_sent_with_all_its_words_and_as_its_base_class(error, kind, text):
    sent = plain_error(error)
    assert type(sent) is kind
    assert text in str(sent)
