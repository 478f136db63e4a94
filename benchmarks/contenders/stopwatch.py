"""Where the time of a run's epochs goes, and what their steps take alone."""

import time
from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.training.epochs import EpochRows
from kerasae.training.execution import ExecutionPlan


class Stopwatch:
    """Times the hooks of all callbacks between its own first one and its own last one.

    After each call the same function is called on images that are at hand, with
    nothing else around it, so that both see the same weather.

    Attributes:
        call: Images and targets of one call.
        epochs: A dict of seconds for each epoch: `whole`, `steps_alone`,
            `callbacks` (at calls), `epoch_callbacks`, `validation`.
    """

    def __init__(self, dataset: tf.data.Dataset, plan: ExecutionPlan):
        self.call = next(iter(dataset))
        self.epochs: list[dict[str, float]] = []
        self._at_hand = iter(tf.data.Dataset.from_tensors(self.call).repeat())
        self._plan = plan
        self._began = self._since = 0.0
        self._now: dict[str, float] = {}

    def around(self, callbacks: list[keras.callbacks.Callback]):
        """The callbacks with the stopwatch's two ends around them."""
        (rows,) = (one for one in callbacks if isinstance(one, EpochRows))
        rows.validate = self._timed(rows.validate)
        return [_First(self), *callbacks, _Last(self)]

    def _timed(self, validate: Callable[[], float]) -> Callable[[], float]:
        def timed():
            began = time.perf_counter()
            loss = validate()
            self._now["validation"] = time.perf_counter() - began
            return loss

        return timed

    def begin(self) -> None:
        """A stretch of time begins."""
        self._since = time.perf_counter()

    def end(self, part: str) -> None:
        """It ends, and belongs to a part of the epoch."""
        self._now[part] = self._now.get(part, 0.0) + time.perf_counter() - self._since

    def begin_epoch(self) -> None:
        """An epoch begins."""
        self._now = {"callbacks": 0.0, "alone": 0.0}
        self._began = time.perf_counter()

    def call_alone(self, model: keras.Model) -> None:
        """The steps of a call on images that are at hand."""
        self.begin()
        float(model.train_function(self._at_hand)["loss"])
        self.end("alone")

    def end_epoch(self) -> None:
        """It ends."""
        plan, alone = self._plan, self._now.pop("alone")
        self._now["epoch_callbacks"] -= self._now["validation"]
        self._now["whole"] = time.perf_counter() - self._began - alone
        # An epoch's last call stops short, and the ones alone are as long as the first one.
        self._now["steps_alone"] = (
            alone * plan.steps_per_epoch / (plan.executions_per_epoch * plan.steps_done(0))
        )
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
        self._watch.call_alone(self.model)

    def on_epoch_end(self, epoch, logs=None):
        self._watch.end("epoch_callbacks")
        self._watch.end_epoch()
