"""How a search proposes, judges and keeps candidates."""

import dataclasses

from kerasae import registry
from kerasae.config import RunConfig, option, require, require_known
from kerasae.tuning import objectives
from kerasae.tuning.space import Space

DEFAULT_TRIALS = 30
LIMITS = ("max_parameters", "max_code", "max_multiply_adds", "max_tflite_bytes")


@dataclasses.dataclass(frozen=True)
class SearchConfig:
    """The flags of a search beside those of its data and runs."""

    space: str = option("", "what may vary: a TOML file, or the name of one in search/spaces")
    tuner: str = option(
        "bayesian", "how candidates are proposed: bayesian, grid, hyperband or random"
    )
    objective: tuple[str, ...] = option(
        (objectives.VAL_MSE,),
        "what to improve: val_mse_per_pixel, or val_accuracy (ridge readout of the frozen code), "
        "both on the validation images; with parameters, multiply_adds or code_size after a comma, "
        "a Pareto front",
    )
    max_trials: int | None = option(
        None, f"train at most this many candidates; {DEFAULT_TRIALS}, and for grid all of them, "
        "where not given",
    )  # fmt: skip
    max_parameters: int | None = option(None, "reject candidates with more parameters")
    max_code: int | None = option(None, "reject candidates with more numbers of code")
    max_multiply_adds: int | None = option(
        None, "reject candidates with more multiply-adds an image"
    )
    max_tflite_bytes: int | None = option(
        None, "reject candidates whose encoder is a larger float32 .tflite file"
    )
    median_stopping: bool = option(
        True,
        "stop a trial that is worse than the median of the finished ones at the same epoch; goes "
        "with --objective=val_mse_per_pixel, and not with hyperband, which stops by itself",
    )
    keep_top: int = option(3, "keep the weights of this many best trials")
    max_failures: int | None = option(
        None, "give up after this many failed trials; never where not given"
    )

    def __post_init__(self):
        require(
            bool(self.space),
            "--space must be a TOML file, or the name of one in search/spaces.",
            space=self.space or None,
        )
        require_known("--tuner", self.tuner, registry.names(registry.TUNERS))
        objectives.check(self.objective)
        for name in ("max_trials", "max_failures", *LIMITS):
            value = getattr(self, name)
            require(value is None or value >= 1, f"--{name} must be 1 or more.", **{name: value})
        require(self.keep_top >= 1, "--keep_top must be 1 or more.", keep_top=self.keep_top)

    @property
    def trials(self) -> int | None:
        """How many candidates to train at most; None for all of a grid."""
        if self.max_trials is None and self.tuner != "grid":
            return DEFAULT_TRIALS
        return self.max_trials

    @property
    def limits(self) -> dict[str, int]:
        """The constraints that were given, by flag name."""
        given = {name: getattr(self, name) for name in LIMITS}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def stops_by_median(self) -> bool:
        """Whether trials may be stopped by the median rule.

        It compares errors epoch by epoch. An accuracy is measured at the end
        only, and on a Pareto front a small model may well have a large error.
        """
        single_error = self.objective == (objectives.VAL_MSE,)
        return self.median_stopping and single_error and self.tuner != "hyperband"


def check_given(search: SearchConfig, median_stopping_given: bool) -> None:
    """Raises ConfigError for median stopping that was asked for where it can't work."""
    require(
        not (median_stopping_given and search.median_stopping) or search.stops_by_median,
        "--median_stopping goes with --objective=val_mse_per_pixel alone, which is known after "
        "each epoch, and not with --tuner=hyperband, which stops trials by itself.",
        objective=search.objective,
        tuner=search.tuner,
    )


def check_space(search: SearchConfig, space: Space) -> None:
    """Raises ConfigError for a space that the tuner can't go through."""
    require(
        search.tuner != "grid" or not space.continuous,
        "--tuner=grid needs values to go through, choices or a step, for each dimension.",
        continuous=space.continuous,
    )


def check_run(config: RunConfig) -> None:
    """Raises ConfigError for a run that nothing can be chosen by."""
    require(
        config.data.validation_fraction > 0,
        "A search needs --validation_fraction above 0, as in 0.1: candidates are judged on "
        "held-out training images, never on the test images.",
        validation_fraction=config.data.validation_fraction,
    )
