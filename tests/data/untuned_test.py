"""No dataset of ours may be tuned by tf.data: its thread waits for the clock of the wall."""

import pytest
import tensorflow as tf

from kerasae.data import pipeline
from kerasae.data.config import DataConfig
from kerasae.data.file_split import FileSplit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit
from kerasae.training.waiting import InputWait


@pytest.mark.parametrize(
    ("budgets", "kind"), [((64, 0), MemorySplit), ((0, 64), FileSplit), ((0, 0), StreamedSplit)]
)
def test_batches_are_untuned(budgets, kind):
    memory, disk = budgets
    config = DataConfig(
        max_examples=20, image_size=(8,), memory_budget_mb=memory, disk_budget_mb=disk
    )
    split = pipeline.load(pipeline.open_source(config), config, seed=0).train
    assert isinstance(split, kind)
    training = split.training_batches(5, 0, 0, 1, lambda images, keys: images)
    for dataset in (split.batches(5), training, InputWait().measured(training)):
        assert dataset.options().autotune.enabled is False


@pytest.mark.parametrize("memory", [64, 0])
def test_whatever_is_read_before_training_is_untuned(memory, fake_datasets, monkeypatch):
    """Labels by which classes are chosen, images that are decoded."""
    seen, iterate = [], tf.data.Dataset.as_numpy_iterator

    def noted(dataset):
        seen.append(dataset.options().autotune.enabled)
        return iterate(dataset)

    monkeypatch.setattr(tf.data.Dataset, "as_numpy_iterator", noted)
    config = DataConfig(
        "fake_labelled", classes=("cat",), memory_budget_mb=memory, disk_budget_mb=0,
        data_dir=str(fake_datasets), download=False,
    )  # fmt: skip
    data = pipeline.load(pipeline.open_source(config), config, seed=0)
    assert len(data.test.every_image()) > 0
    assert len(seen) >= 3 and set(seen) == {False}
