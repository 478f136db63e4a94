"""What decides what a training run computes: data, model, objective, and how weights are found."""

import dataclasses
from typing import Any, Literal

from kerasae.bounds import BATCH, EPOCHS, FRACTION, RATE, SEED, Bounds
from kerasae.config import option, require
from kerasae.data.config import DataConfig
from kerasae.options import check_options


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How the weights are found."""

    epochs: int = option(5, "passes over the training images", bounds=EPOCHS)
    batch_size: int = option(100, "images in one step", bounds=BATCH)
    seed: int = option(
        0, "draws the initial weights, the examples and the order of every epoch", bounds=SEED
    )
    optimizer: Literal["adam", "sgd"] = option("adam", "the optimizer")
    learning_rate: float = option(
        0.001, "the learning rate, at its peak where it is scheduled", bounds=RATE
    )
    learning_rate_schedule: Literal["constant", "cosine", "linear"] = option(
        "constant", "how the learning rate falls to 0 over all steps; constant keeps it"
    )
    warmup_fraction: float = option(
        0.0,
        "share of all steps over which the learning rate rises from a twentieth of its peak",
        bounds=FRACTION,
    )
    momentum: float = option(0.0, "momentum of sgd", bounds=FRACTION)
    beta_2: float = option(
        0.999, "how slowly adam's mean of squared gradients moves", bounds=FRACTION
    )
    weight_decay: float = option(
        0.0,
        "share of every weight that is taken off at each step, times the learning rate (AdamW, "
        "Loshchilov and Hutter, 2019)",
        bounds=FRACTION,
    )
    ema_momentum: float = option(
        0.0,
        "measure and keep an average of the weights over the steps, which moves by what this lacks "
        "of 1 at each (Polyak and Juditsky, 1992); 0 keeps the weights themselves",
        bounds=FRACTION,
    )
    augmentation: float = option(
        0.0,
        "move every training image anew in each epoch, and have it given back as moved, by up to "
        "this many times what --training_objective=moved moves by: at 1 a tenth of the side and 15 "
        "degrees; 0 leaves images as they are. Held-out images stay as they are",
        bounds=Bounds(0, 5),
    )
    mixed_precision: bool = option(
        False,
        "compute in bfloat16, keep weights, code and loss in float32: faster on processors and "
        "accelerators that have it",
    )
    early_stopping: int = option(
        0,
        "stop after this many epochs without a better validation error and evaluate the best "
        "epoch; 0 never stops; needs --validation_fraction",
        bounds=Bounds(0, 10**6),
    )

    def __post_init__(self):
        check_options(self)
        require(
            self.momentum == 0 or self.optimizer == "sgd",
            "--momentum goes with --optimizer=sgd only.",
            momentum=self.momentum,
            optimizer=self.optimizer,
        )
        require(
            self.warmup_fraction == 0 or self.learning_rate_schedule == "cosine",
            "--warmup_fraction goes with --learning_rate_schedule=cosine only.",
            warmup_fraction=self.warmup_fraction,
            learning_rate_schedule=self.learning_rate_schedule,
        )


@dataclasses.dataclass(frozen=True)
class RunConfig:
    """Everything that decides what a training run computes.

    Attributes:
        data: Which images.
        training: How the weights are found.
        model: Name of the model family, a file in `kerasae/models/families/`.
        model_config: That family's frozen `Config`.
        training_objective: Name of the objective, a file in `kerasae/objectives/`.
        objective_config: That objective's frozen `Config`.
    """

    data: DataConfig
    training: TrainingConfig
    model: str
    model_config: Any
    training_objective: str
    objective_config: Any

    def __post_init__(self):
        require(
            not self.training.early_stopping or self.data.validation_fraction > 0,
            "--early_stopping needs --validation_fraction above 0: "
            "without held-out images there is nothing to stop on.",
            early_stopping=self.training.early_stopping,
            validation_fraction=self.data.validation_fraction,
        )
        least = self.objective_config.least_batch
        require(
            self.training.batch_size >= least,
            f"--training_objective={self.training_objective} needs a --batch_size of {least} or "
            "more.",
            batch_size=self.training.batch_size,
        )
        require(
            not self.objective_config.needs_maps or self.model_config.code_channels is not None,
            f"--training_objective={self.training_objective} needs, as it is set, a --model whose "
            "code is maps, as all_convolutional.",
            model=self.model,
        )
        output = self.model_config.output_activation
        require(
            output == "sigmoid" or not self.objective_config.needs_probabilities,
            "--training_objective.error=binary_crossentropy needs "
            "--model.output_activation=sigmoid.",
            output_activation=output,
        )
