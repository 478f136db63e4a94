"""Takes out of kerasae what the peers need to do the same: python -m benchmarks.prepare"""

import sys
from pathlib import Path

import numpy as np

from benchmarks import settings as benchmark_settings
from benchmarks.job import Job
from kerasae import cli, cli_flags
from kerasae.run_config import RunConfig

USAGE = """Writes an experiment's images, batches, initial weights and learning rates as NumPy
files, as kerasae would train on them.

  python -m benchmarks.prepare --experiment=cognition --out=FOLDER
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `benchmarks.prepare`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Job", "experiment", str, "cognition", "name of the experiment")
    line.add("Job", "quick", bool, False, "on the embedded digits")
    line.add("Job", "data_dir", str | None, None, "folder of TFDS datasets")
    line.add("Job", "out", str, "job", "folder to write to")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Writes the job."""
    chosen = benchmark_settings.Settings(line.values["quick"].value, line.values["data_dir"].value)
    experiment = line.values["experiment"].value
    cli.import_tensorflow_quietly()
    job = job_of(experiment, chosen.config(experiment), chosen.flags(experiment))
    job.write(Path(line.values["out"].value))
    print(f"{experiment}: {len(job.images)} images, {job.steps} steps an epoch", file=sys.stderr)


def job_of(experiment: str, config: RunConfig, flags: list[str]) -> Job:
    """The job that kerasae makes of these settings."""
    import keras

    from kerasae.data import pipeline
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.training.fit import make_optimizer

    training = config.training
    data = pipeline.load(pipeline.open_source(config.data), config.data, training.seed)
    images = np.concatenate(list(data.train.batches(1000).as_numpy_iterator()))
    keras.utils.set_random_seed(training.seed)
    model = build_autoencoder(config.model, config.model_config, data.image_shape).model
    total = training.epochs * data.train.steps_per_epoch(training.batch_size)
    optimizer = make_optimizer(training, total)
    rates = _rates(optimizer, total)
    warmup = getattr(optimizer._learning_rate, "warmup_steps", 0)
    return Job(
        experiment=experiment,
        flags=flags,
        epochs=training.epochs,
        batch_size=training.batch_size,
        learning_rate=training.learning_rate,
        warmup_steps=warmup,
        decay_steps=total - warmup if training.learning_rate_schedule == "cosine" else 0,
        first_rate=float(rates[0]),
        momentum=training.momentum,
        beta_2=training.beta_2,
        operations=_operations(model),
        images=images,
        orders=_orders(len(images), training.batch_size, training.seed, training.epochs),
        rates=rates,
        weights={weight.path: np.asarray(weight) for weight in model.trainable_weights},
    )


def _orders(images: int, batch_size: int, seed: int, epochs: int) -> np.ndarray:
    """The order of every epoch: positions put through the split in place of labels."""
    from kerasae.data.split import MemorySplit

    split = MemorySplit(np.zeros((images, 1, 1, 1), np.uint8), np.arange(images), ("position",))
    batches = split.labelled_training_batches(batch_size, seed, 0, epochs)
    positions = [positions for _, positions in batches.as_numpy_iterator()]
    return np.concatenate(positions).reshape(epochs, images)


def _rates(optimizer, steps: int) -> np.ndarray:
    """The learning rate at every step."""
    import keras

    optimizer.build([keras.Variable(0.0)])
    rates = []
    for step in range(steps):
        optimizer.iterations.assign(step)
        rates.append(float(optimizer.learning_rate))
    return np.array(rates, np.float32)


def _operations(model) -> int:
    """Each multiply-add is two operations and runs three times: forward, for the gradient of
    the kernel and for that of the input, which the first convolution leaves out.
    """
    import keras

    from kerasae.models.cost import multiply_adds

    first = next(layer for layer in model.layers if hasattr(layer, "kernel"))
    image = keras.Input(model.input.shape[1:])
    convolution = keras.layers.Conv2D(
        first.filters, first.kernel_size, first.strides, first.padding
    )
    alone = keras.Model(image, convolution(image))
    return 2 * (3 * multiply_adds(model) - multiply_adds(alone))


if __name__ == "__main__":
    cli.run(command_line, main)
