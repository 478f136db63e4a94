"""Trains the candidates of a search without a search: python -m benchmarks.search_bare SEARCH TO

Reads which candidates and how many epochs from the search's directory. Prints
the seconds from opening the dataset to the last epoch, as `search_timed.py` does.
"""

import contextlib
import sys
import time
from pathlib import Path

from benchmarks.search_timed import job_of
from kerasae.run_dir import RunDir


def main(searched: str, out: str) -> None:
    """Trains each candidate as far as the search did, one after the other."""
    job = job_of(searched)
    from kerasae.data import pipeline
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.training.callbacks import DivergenceError
    from kerasae.training.fit import fit
    from kerasae.training.seeding import start_from
    from kerasae.tuning import record

    base = job.candidates.base
    outcomes = record.latest(record.read(job.folder.record))
    began = time.perf_counter()
    data = pipeline.load(pipeline.open_source(base.data), base.data, base.training.seed)
    for outcome in outcomes:
        config = job.candidates.config(outcome.values)
        start_from(config.training.seed)
        # What diverged there diverges here, as far on and no further.
        epochs = config.training.epochs if outcome.status == record.FAILED else outcome.epochs
        with contextlib.suppress(DivergenceError):
            fit(
                build_autoencoder(config.model, config.model_config, data.image_shape),
                config.training,
                data.train,
                data.validation,
                RunDir(Path(out) / outcome.trial_id),
                "",
                enough=lambda rows, epochs=epochs: len(rows) >= epochs,
                quiet=True,
            )
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:3])
