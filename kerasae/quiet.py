"""Keeps libraries quiet that write to stderr past Python."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import absl.logging


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Keeps stderr quiet, also for libraries in C++ that write to it past Python."""
    sys.stderr.flush()
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)


def import_tensorflow_quietly() -> None:
    """Imports TensorFlow without the notes on its build that it prints before it can be silenced.

    Later it logs errors only; `TF_CPP_MIN_LOG_LEVEL` brings its C++ notes back.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        Path.home()
    except RuntimeError:  # Without a home folder both would make one that is named `~`, here.
        for variable in ("KERAS_HOME", "TFDS_CACHE_DIR"):
            os.environ.setdefault(variable, tempfile.gettempdir())
    absl.logging.set_verbosity(absl.logging.ERROR)
    with silenced():
        import tensorflow as tf

        tf.config.list_physical_devices()  # Looks for GPUs, and says so.
        tf.get_logger().setLevel("ERROR")
