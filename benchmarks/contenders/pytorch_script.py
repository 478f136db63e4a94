"""The same training in PyTorch, eager, in the faster of its two memory layouts.

All images are in memory as one tensor and batches are taken by index, which
is faster than a `DataLoader` for data that fits.

    python -m benchmarks.contenders.pytorch_script JOB_FOLDER
"""

import sys
import time
from pathlib import Path

import torch
from torch.nn import functional

from benchmarks import job as jobs
from benchmarks.contenders import pytorch_models
from benchmarks.job import Job
from benchmarks.referee import THREADS
from benchmarks.turns import Turns

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
TRIAL_STEPS = 20
KERAS_EPSILON = 1e-7


class Training:
    """A model in one memory layout with its optimizer, trained batch by batch."""

    def __init__(self, job: Job, layout: str):
        self._format = LAYOUTS[layout]
        self._rates = job.rates
        self._step = 0
        model = pytorch_models.model_of(job.experiment, job.weights)
        self._model = model.to(memory_format=self._format)
        images = torch.from_numpy(job.images).permute(0, 3, 1, 2)  # (n, 1, h, w)
        self._images = images.contiguous(memory_format=self._format)
        self._is_adam = job.momentum == 0
        self._beta_2 = job.beta_2
        if self._is_adam:
            betas = (0.9, job.beta_2)
            self._optimizer = torch.optim.Adam(self._model.parameters(), betas=betas, fused=True)
        else:
            self._optimizer = torch.optim.SGD(
                self._model.parameters(), lr=job.learning_rate, momentum=job.momentum, fused=True
            )

    def step(self, positions: torch.Tensor) -> torch.Tensor:
        """One step on the images at these positions; their mean squared error before it."""
        self._schedule()
        images = self._images[positions]
        self._optimizer.zero_grad()
        loss = functional.mse_loss(self._model(images), images)
        loss.backward()
        self._optimizer.step()
        return loss.detach()

    def _schedule(self) -> None:
        """The rate of this step; Adam's epsilon too, which Keras adds before it corrects bias."""
        group = self._optimizer.param_groups[0]
        group["lr"] = float(self._rates[self._step])
        self._step += 1
        if self._is_adam:
            group["eps"] = KERAS_EPSILON / (1 - self._beta_2**self._step) ** 0.5


def faster_layout(job: Job, batches: list[torch.Tensor]) -> tuple[str, dict[str, float]]:
    """Tries a few steps in each layout, in turns.

    Returns:
        The faster layout's name, and the seconds of a step by layout.
    """
    batches = batches[: TRIAL_STEPS + 2]
    # The first steps warm up and are not counted.
    seconds = {layout: [] for layout in LAYOUTS}
    trainings = {layout: Training(job, layout) for layout in LAYOUTS}
    for number, batch in enumerate(batches):
        for layout, training in trainings.items():
            began = time.perf_counter()
            training.step(batch)
            if number >= 2:
                seconds[layout].append(time.perf_counter() - began)
    medians = {layout: sorted(times)[len(times) // 2] for layout, times in seconds.items()}
    return min(medians, key=medians.get), medians


def main(folder: Path) -> None:
    """Trains, an epoch a turn."""
    turns = Turns()
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)  # as TensorFlow does
    job = jobs.read(folder)
    orders = [torch.from_numpy(order).split(job.batch_size) for order in job.orders]
    layout, trials = faster_layout(job, orders[0])
    training = Training(job, layout)
    for batches in orders:
        turns.wait()
        began = time.perf_counter()
        total = torch.zeros(())
        for batch in batches:
            total += training.step(batch) * len(batch)
        loss = float(total) / len(job.images)
        turns.report(
            seconds=time.perf_counter() - began,
            loss=loss,
            layout=layout,
            trial_step_seconds=trials,
        )
    turns.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
