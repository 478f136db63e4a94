"""No dataset of ours may be tuned by tf.data: its thread waits for the clock of the wall."""

import pytest

from kerasae.config import DataConfig
from kerasae.data import pipeline
from kerasae.data.split import MemorySplit, StreamedSplit
from kerasae.training.waiting import InputWait


@pytest.mark.parametrize(("budget", "kind"), [(64, MemorySplit), (0, StreamedSplit)])
def test_batches_are_untuned(budget, kind):
    config = DataConfig(max_examples=20, image_size=(8,), memory_budget_mb=budget)
    split = pipeline.load(pipeline.open_source(config), config, seed=0).train
    assert isinstance(split, kind)
    training = split.training_batches(5, 0, 0, 1, lambda images, keys: images)
    for dataset in (split.batches(5), training, InputWait().measured(training)):
        assert dataset.options().autotune.enabled is False
