"""Finds the weights: compiles, restores, fits."""

import dataclasses
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from kerasae.data import pixels
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.objectives import Objective
from kerasae.perturbations.augmentation import augment
from kerasae.run_config import TrainingConfig
from kerasae.training import averaging, execution, history
from kerasae.training.adam import FusedAdam
from kerasae.training.callbacks import TrainingCallback
from kerasae.training.epochs import EpochRows
from kerasae.training.garbage import gc_frozen
from kerasae.training.guards import DivergenceGuard, InterruptGuard
from kerasae.training.training_model import TrainingModel
from kerasae.training.validation import Validation
from kerasae.training.waiting import InputWait

# Warm-up starts at this share of the peak learning rate.
WARMUP_START = 1 / 20
SAMPLE = 16


@dataclasses.dataclass(frozen=True)
class Fitted:
    """What training left behind.

    Attributes:
        autoencoder: With the weights of the last epoch, or their average where one is kept.
        rows: The history, a row an epoch.
        input_wait_fraction: Share of the training steps' time that they waited
            for data, in this process; None where it trained no epoch.
    """

    autoencoder: Autoencoder
    rows: list[history.Row]
    input_wait_fraction: float | None


def make_optimizer(config: TrainingConfig, total_steps: int) -> keras.optimizers.Optimizer:
    """The optimizer with its learning-rate schedule over `total_steps`."""
    schedules = keras.optimizers.schedules
    peak = config.learning_rate
    if config.learning_rate_schedule == "cosine":
        warmup = min(round(config.warmup_fraction * total_steps), total_steps - 1)
        rate = schedules.CosineDecay(
            peak * WARMUP_START if warmup else peak,
            decay_steps=total_steps - warmup,
            warmup_target=peak if warmup else None,
            warmup_steps=warmup,
        )
    elif config.learning_rate_schedule == "linear":
        rate = schedules.PolynomialDecay(peak, total_steps, end_learning_rate=0.0)
    else:
        rate = peak
    options = {"weight_decay": config.weight_decay or None}
    if config.ema_momentum:
        options |= {"use_ema": True, "ema_momentum": config.ema_momentum}
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=config.momentum, **options)
    return FusedAdam(rate, beta_2=config.beta_2, **options)


def fit(
    autoencoder: Autoencoder,
    train: Split,
    validation: Split | None,
    config: TrainingConfig,
    objective: Objective,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Fitted:
    """Trains to the end, going on from where a callback restores an earlier start.

    Args:
        autoencoder: Freshly built; only its structure counts where a callback
            restores another. Built in the scope of a `tf.distribute` strategy,
            it trains by that.
        train: Images to train on.
        validation: Held-out images, or None.
        config: The training flags.
        objective: What is minimised.
        callbacks: Keras's callbacks, called in this order. Those that are
            `TrainingCallback`s are asked more: the first that restores decides
            where to begin, and each may end training after an epoch. The
            learning-rate schedule stays that of all epochs then, and a later
            call goes on with it.

    Raises:
        DivergenceError: for a loss, an error or weights that are no numbers.
        KeyboardInterrupt: after Ctrl-C, as soon as the steps are done that
            were under way.
    """
    ours = [callback for callback in callbacks if isinstance(callback, TrainingCallback)]
    steps = train.steps_per_epoch(config.batch_size)
    with autoencoder.model.distribute_strategy.scope():
        autoencoder, rows = _restored(autoencoder, ours, steps) or (
            _compiled(autoencoder, make_optimizer(config, steps * config.epochs)),
            [],
        )
    first = len(rows)
    epochs = EpochRows(rows, train.num_images, config.early_stopping, ours)
    if first >= config.epochs or epochs.should_stop():
        return Fitted(autoencoder, rows, None)
    try:
        waited = _train(autoencoder, train, validation, config, objective, callbacks, epochs)
    finally:
        for callback in ours:
            callback.close()
    return Fitted(autoencoder, rows, waited / sum(row.seconds for row in rows[first:]))


def _restored(autoencoder, callbacks, steps) -> tuple[Autoencoder, list[history.Row]] | None:
    """What the first of the callbacks restores that can."""
    for callback in callbacks:
        if restored := callback.restore(autoencoder, steps):
            return restored
    return None


def _compiled(autoencoder: Autoencoder, optimizer: keras.optimizers.Optimizer) -> Autoencoder:
    """With its optimizer, as it is saved; the loss is the training model's."""
    autoencoder.model.compile(optimizer=optimizer, jit_compile=False)
    return autoencoder


def _sample(split: Split) -> tf.Tensor:
    """A few images to look at the model by."""
    return pixels.to_unit(split.take(np.arange(min(SAMPLE, split.num_images))))


def _train(autoencoder, train, validation, config, objective, callbacks, epochs) -> float:
    """Trains the epochs that have no row yet; returns the seconds that steps waited for data."""
    with autoencoder.model.distribute_strategy.scope():
        model = TrainingModel(autoencoder, objective)
        # XLA's convolutions are slower than oneDNN's on CPUs.
        model.compile(optimizer=autoencoder.model.optimizer, jit_compile=False)
        plan = execution.plan(autoencoder.model, config.batch_size, train.num_images)
        execution.set_train_function(model, plan)
    first, wait = len(epochs.rows), InputWait()
    if first:
        averaging.swap(model.optimizer)  # As it is in a checkpoint.

    def views_and_images(images, keys):
        images = augment(images, keys, config.augmentation)
        return objective.views(images, keys), images

    batches = train.training_batches(
        plan.images_per_execution, config.seed, first, config.epochs, views_and_images
    )
    with InterruptGuard() as interrupt, gc_frozen():
        if validation:
            held_out = Validation(autoencoder.model, validation, plan)
            epochs.validate = lambda: held_out.mse_per_pixel(interrupt.raise_if_interrupted)
        guard = DivergenceGuard(_sample(train))
        epochs.check = guard.check_epoch
        every = [guard, epochs, interrupt, *callbacks]
        for callback in every:
            if isinstance(callback, TrainingCallback):
                callback.autoencoder, callback.plan = autoencoder, plan
        model.fit(
            wait.measured(batches),
            initial_epoch=first,
            epochs=config.epochs,
            steps_per_epoch=plan.executions_per_epoch,
            shuffle=False,
            verbose=0,
            callbacks=every,
        )
    return wait.seconds
