"""What is trained in the benchmarks: the published experiments, as long as a measurement needs."""

import dataclasses

from kerasae.config import require
from kerasae.data import sources
from kerasae.published import experiments
from kerasae.run_config import RunConfig

SEED = 0
# The first is not counted: what is made once is made in it.
EPOCHS = 8
QUICK_EPOCHS = 3
# At the experiment's own peak of 0.01 rounding alone makes the last epoch's losses of two
# contenders differ by 1 to 3 %, and the check of equal work would say nothing. It costs no time.
CALM_RATES = {"cognition": 0.0001}


@dataclasses.dataclass(frozen=True)
class Settings:
    """What `python -m benchmarks` was asked for.

    Attributes:
        quick: A few epochs on the embedded digits: shows that all works, measures nothing.
        data_dir: Folder of TFDS datasets; None for its usual places.
    """

    quick: bool
    data_dir: str | None

    def overrides(self, experiment: str) -> dict[str, object]:
        """What differs from the experiment's flagfile, by flag."""
        return {
            "seed": SEED,
            "dataset": experiments.DIGITS if self.quick else None,
            "data_dir": self.data_dir,
            "download": False,
            "epochs": QUICK_EPOCHS if self.quick else EPOCHS,
            "learning_rate": CALM_RATES.get(experiment),
        }

    def flags(self, experiment: str, **more: object) -> list[str]:
        """The command line of `kerasae.train`, without a run directory."""
        return experiments.load(experiment).flags(self.overrides(experiment) | more)

    def config(self, experiment: str, **more: object) -> RunConfig:
        """The same settings, checked."""
        return experiments.load(experiment).config(SEED, self.overrides(experiment) | more)

    def check_data(self) -> None:
        """Refuses to measure on anything but the experiments' own images.

        Raises:
            ConfigError: where MNIST isn't there.
        """
        for experiment in experiments.names():
            data = self.config(experiment).data
            size = sources.check(data)
            require(
                size is not None,
                "The benchmarks train on MNIST, prepared by TFDS in --data_dir, $TFDS_DATA_DIR or "
                "~/tensorflow_datasets, and it is not there; --quick tries them on the embedded "
                "digits instead, and measures nothing.",
                dataset=data.dataset,
                data_dir=data.data_dir,
            )
