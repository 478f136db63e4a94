"""Turns around the epochs of a Keras `fit`: begun by the referee, timed as a whole."""

import os
import time

import keras

from benchmarks.turns import Turns


class Begin(keras.callbacks.Callback):
    """Must be the first callback: the epoch's time starts before any other one's work."""

    def __init__(self, turns: Turns):
        super().__init__()
        self._turns = turns
        self.began = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self._turns.wait()
        self.began = time.perf_counter()


class End(keras.callbacks.Callback):
    """Must be the last callback: the epoch's time ends after the others' work, checkpoints too."""

    def __init__(self, turns: Turns, begin: Begin):
        super().__init__()
        self._turns, self._begin = turns, begin

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self._begin.began
        self._turns.report(seconds=seconds, loss=float(logs["loss"]))


def around(turns: Turns, callbacks: list[keras.callbacks.Callback]):
    """The callbacks between the two ends of a turn."""
    begin = Begin(turns)
    return [begin, *callbacks, End(turns, begin)]


class ExitAfterFirstStep(keras.callbacks.Callback):
    """Ends the process as soon as a loss can be read: after the first call, of one step or more."""

    def on_train_batch_end(self, batch, logs=None):
        float(logs["loss"])
        os._exit(0)
