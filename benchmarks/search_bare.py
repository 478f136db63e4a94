"""Candidates of a search without the search, one a turn.

    python -m benchmarks.search_bare SEARCH TO FLAGS…

Which candidate it is, and for how many epochs, is read from the record of the
search in the directory SEARCH, whose turn comes first. The first turn opens
and decodes the dataset too, as in `search_timed.py`.
"""

import contextlib
import sys
import time
from pathlib import Path

from benchmarks.search_timed import plan_of
from benchmarks.turns import Turns


def main(searched: str, out: str, *flags: str) -> None:
    """Trains each candidate as far as the search did; reports the seconds."""
    turns = Turns()
    plan = plan_of(searched, list(flags))
    from kerasae import objectives
    from kerasae.data import pipeline
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.run_dir import RunDir
    from kerasae.training.callbacks import StopWhen
    from kerasae.training.fit import fit
    from kerasae.training.guards import DivergenceError
    from kerasae.training.run_recorder import RunRecorder
    from kerasae.training.seeding import seeded
    from kerasae.tuning import record

    base, data, done = plan.candidates.base, None, 0
    while True:
        turns.wait()
        trial = record.trials(record.read(plan.folder.record))[done]
        began = time.perf_counter()
        if data is None:
            source = pipeline.open_source(base.data)
            data = pipeline.load(source, base.data, base.training.seed)
        config = plan.candidates.config(trial.values)
        # What diverged there diverges here, as far on and no further.
        epochs = config.training.epochs if trial.status == record.FAILED else trial.epochs
        with contextlib.suppress(DivergenceError), seeded(config.training.seed):
            fit(
                build_autoencoder(config.model, config.model_config, data.image_shape),
                data.train,
                data.validation,
                config.training,
                objectives.make(config.training_objective, config.objective_config),
                [
                    RunRecorder(RunDir(Path(out) / trial.trial_id)),
                    StopWhen(lambda rows, epochs=epochs: len(rows) >= epochs),
                ],
            )
        turns.report(seconds=time.perf_counter() - began)
        done += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
