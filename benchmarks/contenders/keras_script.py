"""A plain Keras script: a functional model, NumPy arrays, `compile`, `fit`.

python -m benchmarks.contenders.keras_script JOB_FOLDER
"""

import sys
from pathlib import Path

import keras

from benchmarks import job as jobs
from benchmarks.contenders import keras_gate, keras_models
from benchmarks.job import Job
from benchmarks.turns import Turns


def compiled(job: Job) -> keras.Model:
    """The experiment's model with the job's weights, ready for `fit`."""
    if job.experiment == "ones_and_eights":
        model = keras_models.ones_and_eights()
        optimizer = keras.optimizers.SGD(job.learning_rate, momentum=job.momentum)
    else:
        model = keras_models.cognition()
        schedule = keras.optimizers.schedules.CosineDecay(
            job.first_rate,
            job.decay_steps,
            warmup_target=job.learning_rate,
            warmup_steps=job.warmup_steps,
        )
        optimizer = keras.optimizers.Adam(schedule, beta_2=job.beta_2)
    keras_models.set_weights(model, job.weights)
    model.compile(optimizer=optimizer, loss="mse")
    return model


def main(folder: Path) -> None:
    """Trains, an epoch a turn."""
    turns = Turns()
    job = jobs.read(folder)
    model = compiled(job)
    for epoch, order in enumerate(job.orders):
        # `shuffle=True` would draw other batches than the other contenders have.
        images = job.images[order]
        model.fit(
            images,
            images,
            batch_size=job.batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=keras_gate.around(turns, []),
        )
    turns.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
