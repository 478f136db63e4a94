"""How a search proposes, judges, keeps and confirms candidates."""

import dataclasses

from kerasae import registry
from kerasae.bounds import COUNT, SEED, Bounds
from kerasae.config import FilePath, option, require, require_known
from kerasae.options import require_seeds
from kerasae.run_config import RunConfig
from kerasae.tuning import objectives
from kerasae.tuning.objectives import ERRORS, KNOWN, SIZES, Objective
from kerasae.tuning.space import Space
from kerasae.workers.config import WorkersConfig

DEFAULT_TRIALS = 30
SIZE = Bounds(1, 2**62)
LIMITS = ("max_parameters", "max_code", "max_multiply_adds", "max_tflite_bytes")


@dataclasses.dataclass(frozen=True)
class SearchConfig(WorkersConfig):
    """The flags of a search beside those of its directory, data and runs."""

    space: FilePath = option(
        "", "what may vary: a TOML file, or the name of one in search/spaces", required=True
    )
    tuner: str = option(
        "bayesian",
        lambda: f"how candidates are proposed: {', '.join(registry.names(registry.TUNERS))}",
    )
    objective: tuple[str, ...] = option(
        (objectives.VAL_MSE,),
        f"what to improve: {' or '.join(ERRORS)} (ridge readout of the frozen code), both on the "
        f"validation images; with {' or '.join(SIZES)} after a comma, a Pareto front",
    )
    max_trials: int | None = option(
        None, f"train at most this many candidates; {DEFAULT_TRIALS} where not given, and all of "
        "them with a tuner that goes through the whole space, as grid does",
        bounds=Bounds(1, 10**6),
    )  # fmt: skip
    max_parameters: int | None = option(None, "reject candidates with more parameters", bounds=SIZE)
    max_code: int | None = option(None, "reject candidates with more numbers of code", bounds=SIZE)
    max_multiply_adds: int | None = option(
        None, "reject candidates with more multiply-adds an image", bounds=SIZE
    )
    max_tflite_bytes: int | None = option(
        None, "reject candidates whose encoder is a larger float32 .tflite file", bounds=SIZE
    )
    median_stopping: bool = option(
        True,
        "stop a trial that is worse than the median of the finished ones at the same epoch; goes "
        "with --objective=val_mse_per_pixel, and not with a tuner that stops trials by itself, as "
        "hyperband does",
    )
    reproducible: bool = option(
        False, "with several workers, tell the tuner how trials ended in the order in which they "
        "were proposed, so that seed and number of workers decide what is found; a worker that is "
        "ahead waits",
    )  # fmt: skip
    keep_top: int = option(3, "keep the weights of this many best trials", bounds=COUNT)
    max_failures: int | None = option(
        None, "give up after this many failed trials; never where not given", bounds=COUNT
    )
    confirm: int = option(
        0,
        "then train the best K and the published architecture once for each of --confirm_seeds, "
        "on all training images, and measure them on the test images",
        bounds=Bounds(0, 10**6),
    )
    confirm_seeds: tuple[int, ...] = option((0, 1, 2), "seeds for --confirm", bounds=SEED)

    def __post_init__(self):
        require_known("--tuner", self.tuner, registry.names(registry.TUNERS))
        objectives.check(self.objective)
        super().__post_init__()
        require_seeds("confirm_seeds", self.confirm_seeds)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What the search improves, the leading one first."""
        return tuple(KNOWN[name] for name in self.objective)

    @property
    def tuner_class(self) -> type:
        """The class that proposes, from its plug-in; loading it takes TensorFlow's seconds."""
        return registry.load(registry.TUNERS, self.tuner, "--tuner").Tuner

    @property
    def enumerates(self) -> bool:
        """Whether the tuner goes through the whole space, which ends by itself."""
        return registry.constant(registry.TUNERS, self.tuner, "ENUMERATES")

    @property
    def plans_max_trials(self) -> bool:
        """Whether the tuner's proposals follow from `max_trials`, which can't change then."""
        return registry.constant(registry.TUNERS, self.tuner, "PLANS_MAX_TRIALS")

    @property
    def _prunes(self) -> bool:
        """Whether the tuner stops trials by itself."""
        return registry.constant(registry.TUNERS, self.tuner, "PRUNES")

    @property
    def trials(self) -> int | None:
        """Number of candidates to train at most; None for all that a tuner enumerates."""
        if self.max_trials is None and not self.enumerates:
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
        return self.median_stopping and single_error and not self._prunes


def check_median_stopping(search: SearchConfig) -> None:
    """Raises ConfigError for median stopping, asked for in so many words, where it can't work."""
    require(
        not search.median_stopping or search.stops_by_median,
        "--median_stopping goes with --objective=val_mse_per_pixel alone, which is known after "
        "each epoch, and not with a --tuner that stops trials by itself.",
        objective=search.objective,
        tuner=search.tuner,
    )


def check_space(search: SearchConfig, space: Space) -> None:
    """Raises ConfigError for a space that the tuner can't go through."""
    require(
        not (search.enumerates and space.continuous),
        f"--tuner={search.tuner} needs values to go through, choices or a step, for each "
        "dimension.",
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
