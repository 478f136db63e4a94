"""What it costs to decode PNG files in every epoch: python -m benchmarks.pictures"""

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
from kerasae.data.config import DataConfig
from kerasae.data.split import Split
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.training.fit import fit
from kerasae.training.seeding import seeded

USAGE = """Seconds of processor time that an image takes in an epoch: kept in memory, and decoded
from PNG files in every epoch, as beyond both budgets. Where the steps keep all cores busy their
ratio is the share of the steps' speed that is reached; another machine's load hardly changes it.

  python -m benchmarks.pictures
"""
HEADER = ["pictures", "images", "in memory, µs", "streamed, µs", "share of the speed"]
# Height and width, channels, images: what an epoch of each takes is about the same.
SERIES = ((28, 1, 6_000), (64, 3, 1_500), (96, 3, 800))
EPOCHS = 4  # The first isn't counted.


class ProcessorTime(keras.callbacks.Callback):
    """Processor seconds of each epoch."""

    def on_train_begin(self, logs=None):
        self.seconds, self._before = [], time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        now = time.process_time()
        self.seconds.append(now - self._before)
        self._before = now


def write_pictures(folder: Path, side: int, channels: int, count: int) -> None:
    """Smooth pictures, which PNG makes about as small as photographs."""
    draw = np.random.default_rng(0)
    for number in range(count):
        rough = draw.integers(0, 256, (side // 4, side // 4, channels), np.uint8)
        path = folder / str(number % 2) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rough.squeeze()).resize((side, side), Image.Resampling.BICUBIC).save(path)


def processor_time(train: Split, training: TrainingConfig) -> float:
    """Microseconds of the median epoch for each image."""
    with seeded(0):
        model = build_autoencoder("pooled", pooled.Config(), train.image_shape)
        times = ProcessorTime()
        fit(model, train, None, training, reconstruction.build(reconstruction.Config()), [times])
    return statistics.median(times.seconds[1:]) / train.num_images * 1e6


def measure(side: int, channels: int, count: int) -> list[str]:
    """A row of the table."""
    training, found = TrainingConfig(epochs=EPOCHS), []
    with tempfile.TemporaryDirectory() as folder:
        write_pictures(Path(folder), side, channels, count)
        for budget in (DataConfig.memory_budget_mb, 0):
            config = DataConfig(f"folder:{folder}", memory_budget_mb=budget, disk_budget_mb=0)
            train = pipeline.load(pipeline.open_source(config), config, 0).train
            found.append(processor_time(train, training))
    kept, streamed = found
    name = f"{side}x{side}, {'RGB' if channels == 3 else 'grey'}"
    cells = [f"{kept:,.0f}", f"{streamed:,.0f}", f"{kept / streamed:.2f}"]
    return [name, f"{train.num_images:,}", *cells]


def main(line: cli_flags.CommandLine) -> None:
    """Measures and prints the table."""
    print(recording.markdown(HEADER, [measure(*one) for one in SERIES]))


if __name__ == "__main__":
    cli.run(lambda: cli_flags.CommandLine(USAGE), main)
