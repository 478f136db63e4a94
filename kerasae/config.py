"""The settings of a run as frozen dataclasses, and the two errors a user can cause.

A setting is checked once, where its dataclass is made, without TensorFlow, so
that a mistake is refused before anything slow starts.
"""

import dataclasses
import functools
import types
from collections.abc import Callable, Collection
from numbers import Integral, Real
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from kerasae.bounds import COUNT, FRACTION, SEED, WIDEST, Bounds

ACTIVATIONS = (
    "linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu",
    "tanh", "sigmoid", "softplus",
)  # fmt: skip

# The path of a file or folder, a text; as a flag, `~` in it is the home folder.
FilePath = NewType("FilePath", str)

EPOCHS = Bounds(1, 10**6)
BATCH = Bounds(1, 2**17)
RATE = Bounds(0, 1e30, above=True)
IMAGE_SIZE = Bounds(1, 2**13)
MEMORY_MB = Bounds(0, 2**24)


class ConfigError(ValueError):
    """The user's input is wrong: a flag, a file or a dataset. Exit code 2."""


class RunError(RuntimeError):
    """The input was fine and the run failed all the same. Exit code 1."""


def option(
    default: Any,
    help_text: str | Callable[[], str],
    *,
    bounds: Bounds | None = None,
    group: str | None = None,
    shown_default: str | None = None,
    required: bool = False,
) -> Any:
    """A dataclass field that is also a flag; `check_options` checks its value.

    Args:
        default: The field's default.
        help_text: What the setting does, for `--help`; a function where it names plug-ins, which
            are looked up when help is asked for.
        bounds: Range of a number, or of each number of a tuple; every number has one.
        group: Title that it stands under in `--help`; its dataclass's where None.
        shown_default: What `--help` says of the default; the default itself where None.
        required: Whether it must be given: `--help` says so, and `check_options` refuses what
            stands for nothing: None, an empty text or an empty tuple.
    """
    metadata = {
        "help": help_text,
        "bounds": bounds,
        "group": group,
        "shown_default": shown_default,
        "required": required,
    }
    return dataclasses.field(default=default, metadata=metadata)


def part(group: str, config_class: type) -> Any:
    """A dataclass field that is a dataclass of options itself.

    Args:
        group: Title that its options stand under in `--help`.
        config_class: The dataclass; its defaults are the field's default.
    """
    return dataclasses.field(default_factory=config_class, metadata={"part": group})


def require(holds: bool, rule: str, **received: Any) -> None:
    """Raises ConfigError with the rule and what was received unless it holds."""
    if not holds:
        values = ", ".join(f"{name}={_received(value)}" for name, value in received.items())
        raise ConfigError(f"{rule} Received: {values}.")


def _received(value: Any) -> str:
    """A value as it is typed, for a message; Python writes no number of thousands of digits."""
    if isinstance(value, (tuple, list)):
        return shortened(",".join(map(_received, value)))
    if isinstance(value, int) and abs(value) >= 10**50:
        return f"a number of {value.bit_length():,} bits"
    return shortened(shown(value))


def require_known(what: str, name: str, known: Collection[str]) -> None:
    """Raises ConfigError that lists the known names unless `name` is one."""
    if name not in known:
        raise ConfigError(
            f"{what} must be one of {', '.join(sorted(known))}. Received: {shortened(repr(name))}."
        )


def require_given(name: str, value: Any, help_text: str) -> None:
    """Raises ConfigError, with what the flag is for, unless its value stands for something."""
    holds = value not in (None, "", ())
    require(holds, f"--{name} must be given. Its help: {help_text}.", **{name: value})


def check_options(config: Any, prefix: str = "") -> None:
    """Raises ConfigError for an option of another type than its field's, or outside its range.

    Or for one that is required and stands for nothing.

    Args:
        config: A dataclass with fields made by `option`.
        prefix: Of their flags: `model.` of a model family's `Config`.
    """
    for field in _required(type(config)):
        require_given(f"{prefix}{field.name}", getattr(config, field.name), help_of(field))
    for name, kind, optional, bounds in _options(type(config)):
        value = getattr(config, name)
        if not (optional and value is None):
            check_value(f"--{prefix}{name}", name, value, kind, bounds)


def help_of(field: dataclasses.Field) -> str:
    """The help text of an option, with its range."""
    text, bounds = field.metadata["help"], field.metadata["bounds"]
    text = text() if callable(text) else text
    return f"{text}; {bounds.words}" if bounds else text


# A search makes thousands of configs, and looking their types up takes longer than checking them.
type_hints = functools.cache(get_type_hints)


@functools.cache
def _options(config_class: type) -> list[tuple[str, Any, bool, Bounds | None]]:
    """Name, type, whether None will do, and range of each option."""
    options = []
    for field in dataclasses.fields(config_class):
        if "help" in field.metadata:
            hint = type_hints(config_class)[field.name]
            optional = get_origin(hint) in (types.UnionType, Union)
            if optional:
                hint = next(kind for kind in get_args(hint) if kind is not types.NoneType)
            options.append((field.name, hint, optional, field.metadata["bounds"]))
    return options


@functools.cache
def _required(config_class: type) -> list[dataclasses.Field]:
    """The options that must be given."""
    return [f for f in dataclasses.fields(config_class) if f.metadata.get("required")]


def check_value(flag: str, name: str, value: Any, kind: Any, bounds: Bounds | None) -> None:
    """Raises ConfigError unless a value is of a type and in its range."""
    items = (value,)
    if get_origin(kind) is Literal:
        require_known(flag, value, get_args(kind))
        return
    if get_origin(kind) is tuple:
        most = (bounds or COUNT).items
        fits = isinstance(value, tuple) and len(value) <= most
        require(fits, f"{flag} must be a tuple of {most} values at most.", **{name: value})
        items, kind = value, get_args(kind)[0]
    for item in items:
        wrong = _mistake(item, kind, bounds)
        require(not wrong, f"{flag} must be {wrong}.", **{name: value})


def _mistake(value: Any, kind: type, bounds: Bounds | None) -> str | None:
    """What a value must be; None where it is."""
    type_, words = _KINDS[kind]
    # True is a number to Python, and to nobody else.
    if not isinstance(value, type_) or (isinstance(value, bool) and kind is not bool):
        return words
    if kind in WIDEST and not (allowed := bounds or WIDEST[kind]).hold(value):
        return allowed.words
    return None


_KINDS = {
    bool: (bool, "true or false"),
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str, "a text"),
    FilePath: (str, "a path"),
}


def require_seeds(flag: str, seeds: tuple[int, ...]) -> None:
    """Raises ConfigError unless there are one or more seeds, all different."""
    require(
        bool(seeds) and len(set(seeds)) == len(seeds),
        f"--{flag} must be one or more different seeds.",
        **{flag: seeds},
    )


def shown(value: Any) -> str:
    """A setting as it is typed on the command line."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(shown(item) for item in value)
    return str(value)


def shortened(text: str, length: int = 300) -> str:
    """A text for a message: one line, of which the middle is left out where it is long."""
    line = " ".join(text.split())
    half = length // 2
    return line if len(line) <= length else f"{line[:half]} … {line[-half:]}"


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """Which images, how many, how large, in what batches."""

    dataset: str = option(
        "digits",
        "name of a dataset: KIND, or KIND:ARGUMENT",
    )
    data_dir: FilePath | None = option(
        None, "folder of TFDS datasets; without it $TFDS_DATA_DIR, then ~/tensorflow_datasets"
    )
    download: bool = option(True, "let TFDS download and prepare a dataset that is not there yet")
    image: str | None = option(
        None, "feature that holds the images, of a dataset of TFDS that has several"
    )
    label: str | None = option(
        None,
        "feature that holds the labels, of a dataset of TFDS that has several: classes, or whole "
        "numbers taken as classes",
    )
    classes: tuple[str, ...] = option(
        (), "keep only these classes, by name or number, as in 1,8; all where empty"
    )
    max_examples: int | None = option(
        None,
        "train on at most this many images, sampled by --seed; all where not given",
        bounds=COUNT,
    )
    image_size: tuple[int, ...] = option(
        (),
        "height and width after bilinear resizing, as in 36 or 36,48; "
        "the dataset's own where not given (28 for digits)",
        bounds=IMAGE_SIZE,
    )
    fit: Literal["stretch", "crop", "pad"] = option(
        "stretch",
        "how images of other proportions come to --image_size: stretched, their middle cut out, or "
        "whole with a border of --background",
    )
    channels: Literal["grey", "rgb"] | None = option(
        None,
        "turn all images into grey ones or RGB",
        shown_default="as they are; RGB where some are grey and some are not",
    )
    background: Literal["black", "white"] = option(
        "black", "what transparent pictures and those with --fit=pad are laid on"
    )
    skip_broken: bool = option(
        False,
        "leave out pictures in files that can't be read, of the kinds folder and csv; each is "
        "decoded once to find them; without it they are refused",
    )
    validation_fraction: float = option(
        0.0,
        "share of the training images held out for validation, sampled by --seed",
        bounds=FRACTION,
    )
    memory_budget_mb: int = option(
        1024,
        "keep decoded images (uint8) in memory up to this many MiB; beyond, see --disk_budget_mb",
        bounds=MEMORY_MB,
    )
    disk_budget_mb: int = option(
        8192,
        "decode images that don't fit into memory once, into files of the folder "
        "$KERASAE_CACHE_DIR, else $XDG_CACHE_HOME/kerasae, else ~/.cache/kerasae, of up to this "
        "many MiB in all, the least used going first; the folder may be deleted at any time; 0 "
        "decodes anew in every epoch, which is slower, for pictures most of all",
        bounds=MEMORY_MB,
    )

    def __post_init__(self):
        require(bool(self.dataset), "--dataset must be a name.", dataset=self.dataset)
        require(
            len(self.image_size) <= 2,
            "--image_size must be one or two positive numbers: 36 or 36,48.",
            image_size=self.image_size,
        )
        check_options(self)

    @property
    def target_size(self) -> tuple[int, int] | None:
        """`(height, width)` that was asked for; None where nothing was."""
        if not self.image_size:
            return None
        return self.image_size[0], self.image_size[-1]


@dataclasses.dataclass(frozen=True)
class DataPlaceConfig:
    """Where a run's data lies now, where that isn't where it lay in training."""

    data_dir: FilePath | None = option(
        None, "folder of TFDS datasets", shown_default="as the run was trained"
    )
    download: bool | None = option(
        None,
        "let TFDS download and prepare a dataset that is not there yet",
        shown_default="as the run was trained",
    )
    dataset: str | None = option(
        None,
        "the run's own dataset where it lies now, as in folder:PATH; it must hold the same images",
        shown_default="as the run was trained",
    )

    def applied(self, dataset: str | None = None, **others: Any) -> "AppliedDataConfig":
        """A dataset in this place, the run's own where None.

        Args:
            dataset: Its name.
            **others: More fields of `AppliedDataConfig`.
        """
        return AppliedDataConfig(
            self.data_dir, self.download, dataset=dataset or self.dataset, **others
        )


@dataclasses.dataclass(frozen=True)
class AppliedDataConfig(DataPlaceConfig):
    """Images that a trained encoder is applied to; what isn't given is as in its training."""

    dataset: str | None = option(None, "name of a dataset", shown_default="the run's own")
    resize: bool = option(False, "bring images of another size to the size of the encoder")
    image: str | None = option(
        None,
        "feature that holds the images, of a dataset of TFDS that has several",
        shown_default="of the run's own dataset, as it was trained",
    )
    label: str | None = option(
        None,
        "feature that holds the labels, of a dataset of TFDS that has several",
        shown_default="of the run's own dataset, as it was trained",
    )
    fit: Literal["stretch", "crop", "pad"] | None = option(
        None,
        "how images of other proportions come to the encoder's size: stretched, their middle cut "
        "out, or whole with a border of --background",
        shown_default="as the run was trained",
    )
    channels: Literal["grey", "rgb"] | None = option(
        None, "turn all images into grey ones or RGB", shown_default="as the run was trained"
    )
    background: Literal["black", "white"] | None = option(
        None,
        "what transparent pictures and those with --fit=pad are laid on",
        shown_default="as the run was trained",
    )
    skip_broken: bool | None = option(
        None,
        "leave out pictures in files that can't be read, of the kinds folder and csv",
        shown_default="as the run was trained",
    )
    classes: tuple[str, ...] = option(
        (),
        "keep only these classes, by name or number, as in 1,8",
        shown_default="all; of the run's own dataset, those it was trained on",
    )
    max_examples: int | None = option(
        None,
        "use at most this many training images, sampled by the run's seed",
        bounds=COUNT,
        shown_default="all; of the run's own dataset, as many as it was trained on",
    )
    memory_budget_mb: int | None = option(
        None,
        "keep decoded images (uint8) in memory up to this many MiB",
        bounds=MEMORY_MB,
        shown_default="as the run was trained",
    )
    disk_budget_mb: int | None = option(
        None,
        "decode images that don't fit into memory once, into files of up to this many MiB in all",
        bounds=MEMORY_MB,
        shown_default="as the run was trained",
    )

    def __post_init__(self):
        check_options(self)
        require(self.dataset != "", "--dataset must be a name.", dataset=self.dataset)

    def override(self, other: DataConfig) -> DataConfig:
        """The settings of a dataset with what was given in place of its own."""
        own = {field.name for field in dataclasses.fields(DataConfig)}
        given = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name in own - {"dataset", "classes"}
        } | {"classes": self.classes or None}
        known = {name: value for name, value in given.items() if value is not None}
        return dataclasses.replace(other, **known)


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
        least = getattr(self.objective_config, "least_batch", 1)
        require(
            self.training.batch_size >= least,
            f"--training_objective={self.training_objective} needs a --batch_size of {least} or "
            "more.",
            batch_size=self.training.batch_size,
        )
        require(
            not getattr(self.objective_config, "needs_maps", False)
            or hasattr(self.model_config, "code_channels"),
            f"--training_objective={self.training_objective} needs, as it is set, a --model whose "
            "code is maps, as all_convolutional.",
            model=self.model,
        )
        output = getattr(self.model_config, "output_activation", None)
        require(
            output == "sigmoid" or not getattr(self.objective_config, "needs_probabilities", False),
            "--training_objective.error=binary_crossentropy needs "
            "--model.output_activation=sigmoid.",
            output_activation=output,
        )
