"""kerasae's own command line, as it is: only its epochs wait for their turn.

python -m benchmarks.contenders.kerasae_cli JOB_FOLDER RUN_DIR [FLAG …]
"""

import sys
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks import job as jobs
from benchmarks.turns import Turns
from kerasae import cli_flags, train


def main(folder: Path, run_dir: str, *more: str) -> None:
    """Runs `kerasae.train` on the job's flags."""
    turns = Turns()
    job = jobs.read(folder)
    cli_flags.import_tensorflow_quietly()
    import keras

    fit = keras.Model.fit

    def fit_in_turns(model, *args, callbacks, **kwargs):
        from benchmarks.contenders import keras_gate

        _check_weights(model, job.weights)
        fit(model, *args, callbacks=keras_gate.around(turns, callbacks), **kwargs)
        # What a run does after its last epoch is no part of the contest.
        turns.wait()

    sys.argv = ["kerasae.train", *job.flags, f"--run_dir={run_dir}", *more]
    with mock.patch.object(keras.Model, "fit", fit_in_turns):
        cli_flags.run(train.command_line(), train.main)


def _check_weights(model, expected: dict[str, np.ndarray]) -> None:
    """The peers start from weights that kerasae made elsewhere; they must be the same here."""
    for weight in model.trainable_weights:
        np.testing.assert_array_equal(weight, expected[weight.path], weight.path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
