"""Finds the weights: compiles, resumes, fits."""

import dataclasses
import sys
from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.config import RunError, TrainingConfig
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder, load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training import callbacks, history
from kerasae.training.adam import FusedAdam
from kerasae.training.garbage import old_left_alone
from kerasae.training.steps import join
from kerasae.training.validation import Validation
from kerasae.training.waiting import InputWait

# Warm-up starts at this share of the peak learning rate.
WARMUP_START = 1 / 20


@dataclasses.dataclass(frozen=True)
class Fitted:
    """What training left behind.

    Attributes:
        autoencoder: With the weights of the last epoch.
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
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=config.momentum)
    return FusedAdam(rate, beta_2=config.beta_2)


def fit(
    autoencoder: Autoencoder,
    config: TrainingConfig,
    train: Split,
    validation: Split | None,
    run: RunDir,
    resume_command: str,
    enough: Callable[[list[history.Row]], bool] | None = None,
    quiet: bool = False,
) -> Fitted:
    """Trains to the end, going on from the run's checkpoint where there is one.

    The loss is the mean squared error per pixel, over images in [0, 1].

    Args:
        autoencoder: Freshly built; only its structure counts where there is a
            checkpoint. Built in the scope of a `tf.distribute` strategy, it
            trains by that.
        config: The training flags.
        train: Images to train on.
        validation: Held-out images, or None.
        run: Where rows and checkpoints go.
        resume_command: What the user would type to go on, for messages.
        enough: Asked after each epoch with all rows so far; True ends training
            there. The learning-rate schedule stays that of all epochs, and a
            later call without it, or with a later answer, goes on.
        quiet: Shows the running epoch's bar only, no line for each epoch.

    Raises:
        RunError: for a loss that is no number (`DivergenceError`), or a damaged checkpoint.
        KeyboardInterrupt: after Ctrl-C, with what to say.
    """
    steps = train.steps_per_epoch(config.batch_size)
    strategy = autoencoder.model.distribute_strategy
    epochs_done = 0
    with strategy.scope():
        optimizer = make_optimizer(config, steps * config.epochs)
        if run.model.exists():
            autoencoder = _load_checkpoint(run, autoencoder)
            optimizer = autoencoder.model.optimizer
            epochs_done = int(keras.ops.convert_to_numpy(optimizer.iterations)) // steps
    rows = history.read(run, epochs_done)
    if len(rows) != epochs_done:
        raise RunError(
            f"{run.history} has {len(rows)} epochs and {run.model} has {epochs_done}: "
            "files of two runs are mixed."
        )

    def is_over(rows: list[history.Row]) -> bool:
        return history.is_over(rows, config.early_stopping) or bool(enough and enough(rows))

    if epochs_done >= config.epochs or (rows and is_over(rows)):
        return Fitted(autoencoder, rows, None)
    if epochs_done and not quiet:
        print(f"going on after epoch {epochs_done} of {config.epochs}", file=sys.stderr)
    model = autoencoder.model
    with strategy.scope():
        model.compile(
            optimizer=optimizer,
            loss=keras.losses.MeanSquaredError(),
            jit_compile=False,  # XLA's convolutions are slower than oneDNN's on CPUs.
        )
        calls = join(model, config.batch_size, train.num_images)
    held_out = validation and Validation(model, validation, calls)
    wait = InputWait()
    progress = callbacks.Progress(config.epochs, calls, rows, quiet)
    guard = callbacks.InterruptGuard(stopped(run, resume_command))
    with guard as interrupt, old_left_alone():
        try:
            model.fit(
                wait.measured(
                    train.training_batches(calls.images, config.seed, epochs_done, config.epochs),
                    _as_target,
                ),
                initial_epoch=epochs_done,
                epochs=config.epochs,
                steps_per_epoch=calls.number,
                shuffle=False,
                verbose=0,
                callbacks=[
                    callbacks.DivergenceGuard(calls),
                    callbacks.Recorder(
                        run,
                        rows,
                        train.num_images,
                        held_out and (lambda: held_out.loss(interrupt.stop_if_asked)),
                        is_over,
                    ),
                    interrupt,
                    progress,
                ],
            )
        finally:
            progress.close()
    trained_seconds = sum(row[history.SECONDS] for row in rows[epochs_done:])
    return Fitted(autoencoder, rows, wait.seconds / trained_seconds)


def stopped(run: RunDir, resume_command: str) -> str:
    """What to say after Ctrl-C."""
    return f"Stopped. Finished epochs are kept in {run.path}. To go on: {resume_command}"


def _as_target(images: tf.Tensor):
    """An autoencoder's target is its input."""
    return images, images


def _load_checkpoint(run: RunDir, fresh: Autoencoder) -> Autoencoder:
    """The checkpoint, once it is known to be this run's."""
    saved = load_autoencoder(run.model)
    shapes = [[tuple(w.shape) for w in one.model.weights] for one in (saved, fresh)]
    if shapes[0] != shapes[1] or saved.model.optimizer is None:
        raise RunError(f"{run.model} is not a checkpoint of this run: its layers differ.")
    return saved
