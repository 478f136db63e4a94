"""Where the time of a Keras `fit` goes, epoch by epoch, and what its steps take alone."""

import time

import keras
import tensorflow as tf


class Stopwatch:
    """Times the hooks of all callbacks between its own first one and its own last one.

    After each epoch the same number of steps is done on one batch, nothing
    else around them, so that both are measured in the same minutes.

    Attributes:
        epochs: A dict of seconds for each epoch: `whole`, `steps_alone`,
            `callbacks` (at batches), `epoch_callbacks`, `validation`.
    """

    def __init__(self, dataset: tf.data.Dataset, steps: int):
        self.batch = next(iter(dataset))
        self.batch_size = len(self.batch[0])
        self.epochs: list[dict[str, float]] = []
        self._steps = steps
        self._since = 0.0
        self._now: dict[str, float] = {}

    def around(self, callbacks: list[keras.callbacks.Callback]):
        """The callbacks with the stopwatch's two ends around them."""
        return [_First(self), *callbacks, _Last(self)]

    def begin(self) -> None:
        """A stretch of time begins."""
        self._since = time.perf_counter()

    def end(self, part: str) -> None:
        """It ends, and belongs to a part of the epoch."""
        self._now[part] = self._now.get(part, 0.0) + time.perf_counter() - self._since

    def begin_epoch(self) -> None:
        """An epoch begins."""
        self._now = {"began": time.perf_counter(), "callbacks": 0.0, "validation": 0.0}

    def end_epoch(self, model: keras.Model) -> None:
        """It ends; now its steps alone."""
        self._now["whole"] = time.perf_counter() - self._now.pop("began")
        batches = iter(tf.data.Dataset.from_tensors(self.batch).repeat())
        calls = -(-self._steps // model.steps_per_execution)  # The last one stops short.
        began = time.perf_counter()
        for _ in range(calls):
            logs = model.train_function(batches)
        float(logs["loss"])  # Waits for the last one.
        seconds = time.perf_counter() - began
        self._now["steps_alone"] = seconds
        self.epochs.append(self._now)


class _First(keras.callbacks.Callback):
    def __init__(self, watch: Stopwatch):
        super().__init__()
        self._watch = watch

    def on_epoch_begin(self, epoch, logs=None):
        self._watch.begin_epoch()

    def on_train_batch_begin(self, batch, logs=None):
        self._watch.begin()

    def on_train_batch_end(self, batch, logs=None):
        self._watch.begin()

    def on_test_begin(self, logs=None):
        self._watch.begin()

    def on_epoch_end(self, epoch, logs=None):
        self._watch.begin()


class _Last(keras.callbacks.Callback):
    def __init__(self, watch: Stopwatch):
        super().__init__()
        self._watch = watch

    def on_train_batch_begin(self, batch, logs=None):
        self._watch.end("callbacks")

    def on_train_batch_end(self, batch, logs=None):
        self._watch.end("callbacks")

    def on_test_end(self, logs=None):
        self._watch.end("validation")

    def on_epoch_end(self, epoch, logs=None):
        self._watch.end("epoch_callbacks")
        self._watch.end_epoch(self.model)
