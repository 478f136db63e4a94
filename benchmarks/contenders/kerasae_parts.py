"""Times what a training run of kerasae consists of, and prints it as a line of JSON.

python -m benchmarks.contenders.kerasae_parts RUN_DIR FLAG …
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.contenders import kerasae_cli

ROUNDS = 40
PIPELINE_EPOCHS = 5


def fit_and_measure(fit, model, dataset, *args, callbacks, **kwargs) -> None:
    """Fits with a stopwatch around the callbacks, then times the parts; ends the process."""
    import tensorflow as tf

    from benchmarks.contenders.stopwatch import Stopwatch
    from kerasae.training.progress import ProgressBar

    (plan,) = (one.plan for one in callbacks if isinstance(one, ProgressBar))
    watch = Stopwatch(dataset, plan)
    fit(model, dataset, *args, callbacks=watch.around(callbacks), **kwargs)
    report = {
        "steps": plan.steps_per_epoch,
        "batch_size": plan.batch_size,
        "epochs": watch.epochs,
        "pipeline": _pipeline_seconds(dataset, plan.executions_per_epoch) / plan.steps_per_epoch,
        **_parts(model, tf.nest.map_structure(lambda part: part[: plan.batch_size], watch.call)),
    }
    print(json.dumps(report), flush=True)
    # What a run does after its last epoch is not measured.
    os._exit(0)


def _pipeline_seconds(dataset, calls: int) -> float:
    """Median seconds of an epoch's images when nobody trains on them."""
    images = iter(dataset.repeat())
    epochs = []
    for _ in range(1 + PIPELINE_EPOCHS):
        began = time.perf_counter()
        for _ in range(calls):
            next(images)
        epochs.append(time.perf_counter() - began)
    return statistics.median(epochs[1:])  # The first one starts the pipeline.


def _parts(model, batch) -> dict[str, float]:
    """Median seconds of a step's parts, each timed in turn with the longer ones around it."""
    import tensorflow as tf

    views, images = batch

    def forward():
        return model.compute_loss(x=views, y=images, y_pred=model(views, training=True))

    def gradients():
        with tf.GradientTape() as tape:
            loss = forward()
        return tape.gradient(loss, model.trainable_weights)

    functions = {
        "forward": tf.function(forward),
        "forward_and_backward": tf.function(gradients),
        "step": tf.function(lambda: model.train_step(batch)),
    }
    seconds = {name: [] for name in functions}
    for number in range(ROUNDS):
        for name, function in functions.items():
            spent = _seconds(function)
            if number:  # The first one traces.
                seconds[name].append(spent)
    return {name: statistics.median(times) for name, times in seconds.items()}


def _seconds(function: Callable) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


if __name__ == "__main__":
    kerasae_cli.run([f"--run_dir={sys.argv[1]}", *sys.argv[2:]], fit_and_measure)
