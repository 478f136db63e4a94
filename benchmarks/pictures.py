"""What PNG files cost an epoch, by where they are decoded: python -m benchmarks.pictures"""

import dataclasses
import os
import statistics
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from benchmarks import recording
from kerasae import cli, cli_flags
from kerasae.data import pipeline
from kerasae.data.cache_folder import VARIABLE
from kerasae.data.config import DataConfig
from kerasae.data.split import Split
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.training.fit import fit
from kerasae.training.seeding import seeded

USAGE = """Microseconds of processor time that an image takes in an epoch: kept in memory, read from
the file that it was decoded into once (what is done beyond --memory_budget_mb), and decoded from
its PNG file in every epoch (beyond --disk_budget_mb, too). Where the steps keep all cores busy
their ratio is the share of the steps' speed that is reached; another machine's load hardly
changes it. The share by the clock, in brackets, needs an idle machine.

  python -m benchmarks.pictures
"""
# Where images are, by what makes it so: a memory and a disk budget, in MiB.
WAYS = {
    "in memory": (DataConfig.memory_budget_mb, 0),
    "decoded file": (0, DataConfig.disk_budget_mb),
    "streamed": (0, 0),
}
HEADER = [
    "pictures", "images", *(f"{way}, µs" for way in WAYS),
    *(f"share, {way}" for way in list(WAYS)[1:]),
]  # fmt: skip
# Height and width, channels, images: what an epoch of each takes is about the same.
SERIES = ((28, 1, 6_000), (64, 3, 1_500), (96, 3, 800))
EPOCHS = 4  # The first isn't counted.
ROUNDS = 3  # The ways take turns, so that all see the same weather.


@dataclasses.dataclass(frozen=True)
class Cost:
    """What an epoch took, in seconds: of the processor and by the clock."""

    processor: float
    clock: float


class Costs(keras.callbacks.Callback):
    """The cost of each epoch."""

    def on_train_begin(self, logs=None):
        self.epochs, self._began = [], now()

    def on_epoch_end(self, epoch, logs=None):
        before, self._began = self._began, now()
        self.epochs.append(
            Cost(self._began.processor - before.processor, self._began.clock - before.clock)
        )


def now() -> Cost:
    """What was taken since some moment, always the same one."""
    return Cost(time.process_time(), time.perf_counter())


def write_pictures(folder: Path, side: int, channels: int, count: int) -> None:
    """Smooth pictures, which PNG makes about as small as photographs."""
    draw = np.random.default_rng(0)
    for number in range(count):
        rough = draw.integers(0, 256, (side // 4, side // 4, channels), np.uint8)
        path = folder / str(number % 2) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rough.squeeze()).resize((side, side), Image.Resampling.BICUBIC).save(path)


def epochs_after_the_first(train: Split) -> list[Cost]:
    """Trains the default model, and says what its epochs took."""
    with seeded(0):
        model, costs = build_autoencoder("pooled", pooled.Config(), train.image_shape), Costs()
        objective = reconstruction.build(reconstruction.Config())
        fit(model, train, None, TrainingConfig(epochs=EPOCHS), objective, [costs])
    return costs.epochs[1:]


def measure(side: int, channels: int, count: int) -> list[str]:
    """A row of the table."""
    splits, taken = {}, {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        os.environ[VARIABLE] = f"{folder}/cache"
        pictures = Path(folder, "pictures")
        write_pictures(pictures, side, channels, count)
        for way, (memory, disk) in WAYS.items():
            config = DataConfig(f"folder:{pictures}", memory_budget_mb=memory, disk_budget_mb=disk)
            splits[way] = pipeline.load(pipeline.open_source(config), config, 0).train
        for _ in range(ROUNDS):
            for way, train in splits.items():
                taken[way] += epochs_after_the_first(train)
    name = f"{side}x{side}, {'RGB' if channels == 3 else 'grey'}"
    return [name, f"{train.num_images:,}", *cells(taken, train.num_images)]


def cells(taken: dict[str, list[Cost]], images: int) -> list[str]:
    """Microseconds of processor time of each way, and each one's share of the first's speed."""
    first, *others = medians = [median(costs) for costs in taken.values()]
    return [
        *(f"{cost.processor / images * 1e6:,.0f}" for cost in medians),
        *(
            f"{first.processor / cost.processor:.2f} ({first.clock / cost.clock:.2f})"
            for cost in others
        ),
    ]


def median(costs: list[Cost]) -> Cost:
    """The median of each column."""
    columns = zip(*map(dataclasses.astuple, costs), strict=True)
    return Cost(*map(statistics.median, columns))


def main(line: cli_flags.CommandLine) -> None:
    """Measures and prints the table."""
    print(recording.markdown(HEADER, [measure(*one) for one in SERIES]))


if __name__ == "__main__":
    cli.run(lambda: cli_flags.CommandLine(USAGE), main)
