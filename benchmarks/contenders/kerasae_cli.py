"""kerasae's own command line, as it is: only its epochs wait for their turn.

python -m benchmarks.contenders.kerasae_cli JOB_FOLDER RUN_DIR [FLAG …]
"""

import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks import job as jobs
from benchmarks.turns import Turns
from kerasae import cli, train


def run(flags: list[str], fit_instead: Callable) -> None:
    """Runs `kerasae.train` with another function in the place of `keras.Model.fit`.

    Args:
        flags: The command line.
        fit_instead: Takes the true `fit` and then its arguments, the model first.
    """
    cli.import_tensorflow_quietly()
    import keras

    fit = keras.Model.fit

    def replaced(*args, **kwargs):
        return fit_instead(fit, *args, **kwargs)

    sys.argv = ["kerasae.train", *flags]
    with mock.patch.object(keras.Model, "fit", replaced):
        cli.run(train.command_line, train.main)


def main(folder: Path, run_dir: str, *more: str) -> None:
    """Trains on the job's flags, an epoch a turn."""
    turns = Turns()
    job = jobs.read(folder)

    def fit_in_turns(fit, model, *args, callbacks, **kwargs):
        from benchmarks.contenders import keras_gate

        _check_weights(model, job.weights)
        fit(model, *args, callbacks=keras_gate.around(turns, callbacks), **kwargs)
        # What a run does after its last epoch is no part of the contest.
        turns.wait()

    run([*job.flags, f"--run_dir={run_dir}", *more], fit_in_turns)


def _check_weights(model, expected: dict[str, np.ndarray]) -> None:
    """The peers start from weights that kerasae made elsewhere; they must be the same here."""
    for weight in model.trainable_weights:
        np.testing.assert_array_equal(weight, expected[weight.path], weight.path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
