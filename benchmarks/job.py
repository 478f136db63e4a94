"""What all contenders of one experiment share, as files: images, batches, weights, rates."""

import dataclasses
from pathlib import Path

import numpy as np

from kerasae import files

FACTS, IMAGES, ORDERS, RATES, WEIGHTS = (
    "job.json", "images.npy", "orders.npy", "rates.npy", "weights.npz",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Job:
    """A training job without a framework.

    Attributes:
        experiment: Its name.
        flags: The command line of `kerasae.train` that does this job.
        epochs: Passes over the images.
        batch_size: Images in a step; the last step of an epoch takes what is left.
        learning_rate: At its peak.
        warmup_steps: Steps of linear rise from `first_rate`; 0 for a constant rate.
        decay_steps: Steps of falling to 0 along a cosine after that.
        first_rate: Learning rate of the first step.
        momentum: Of SGD.
        beta_2: Of Adam.
        operations: Floating-point operations of the multiplications and
            additions that one image takes in one step, forward and backward.
        images: float32 `(n, height, width, channels)` in [0, 1].
        orders: `(epochs, n)`, the position of each image in each epoch.
        rates: float32 `(epochs * steps,)`, the learning rate of each step.
        weights: Initial weights by `layer/variable`, in Keras's layouts.
    """

    experiment: str
    flags: list[str]
    epochs: int
    batch_size: int
    learning_rate: float
    warmup_steps: int
    decay_steps: int
    first_rate: float
    momentum: float
    beta_2: float
    operations: int
    images: np.ndarray
    orders: np.ndarray
    rates: np.ndarray
    weights: dict[str, np.ndarray]

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return -(-len(self.images) // self.batch_size)

    def write(self, folder: Path) -> None:
        """Writes the job's files into a folder."""
        facts = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("images", "orders", "rates", "weights")
        }
        np.save(folder / IMAGES, self.images)
        np.save(folder / ORDERS, self.orders)
        np.save(folder / RATES, self.rates)
        np.savez(folder / WEIGHTS, **self.weights)
        files.write_json(folder / FACTS, facts)


def read(folder: Path) -> Job:
    """The job that `Job.write` left in a folder."""
    with np.load(folder / WEIGHTS) as weights:
        return Job(
            **files.read_json(folder / FACTS),
            images=np.load(folder / IMAGES),
            orders=np.load(folder / ORDERS),
            rates=np.load(folder / RATES),
            weights=dict(weights),
        )
