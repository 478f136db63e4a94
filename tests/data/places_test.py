"""The same images in memory, in a file and streamed, as the budgets decide."""

import numpy as np
import pytest
from loaded_data import FILE, MEMORY, STREAM, load, pixels_of

from kerasae.data.file_split import FileSplit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit

DATASETS = {
    "digits": {"image_size": (10,), "max_examples": 50, "classes": ("2", "3")},
    "fake_labelled": {"validation_fraction": 0.2},
    "fake_unlabelled": {"validation_fraction": 0.2},
    "fake_varying": {"image_size": (8, 9)},
}


@pytest.fixture(params=DATASETS, scope="module")
def places(request, fake_datasets):
    """The same data in memory, in a file and streamed."""
    settings = {"dataset": request.param, "data_dir": str(fake_datasets)} | DATASETS[request.param]
    return [load(3, **settings, **budgets) for budgets in (MEMORY, FILE, STREAM)]


class TestPlaces:
    def test_the_budgets_decide(self, places):
        kinds = [type(data.train) for data in places]
        assert kinds == [MemorySplit, FileSplit, StreamedSplit]
        assert [data.train.in_memory for data in places] == [True, False, False]

    @pytest.mark.parametrize("place", [1, 2])
    def test_the_same_images_and_labels(self, places, place):
        memory, other = places[0], places[place]
        assert memory.image_shape == other.image_shape
        assert memory.classes == other.classes
        for name in ("train", "validation", "test"):
            ours, theirs = getattr(memory, name), getattr(other, name)
            if ours is None:
                assert theirs is None
                continue
            assert ours.num_images == theirs.num_images == len(pixels_of(ours))
            np.testing.assert_array_equal(pixels_of(ours), pixels_of(theirs))
            np.testing.assert_array_equal(ours.labels, theirs.labels)

    def test_the_same_images_in_every_epoch(self, places):
        everything = sorted(image.tobytes() for image in pixels_of(places[0].train))
        for split in (data.train for data in places):
            steps = split.steps_per_epoch(8)
            dataset = split.training_batches(8, 5, 0, 2, lambda images, keys: images)
            batches = [batch.numpy() for batch in dataset]
            assert len(batches) == 2 * steps
            for epoch in (batches[:steps], batches[steps:]):
                images = np.concatenate(epoch)
                assert sorted(image.tobytes() for image in images) == everything


def test_the_budget_is_in_mebibytes_of_decoded_images():
    """1,437 + 360 images of 28x28 are 1.34 MiB."""
    assert not load(memory_budget_mb=1).train.in_memory
    assert load(memory_budget_mb=2).train.in_memory
    assert isinstance(load(memory_budget_mb=0, disk_budget_mb=1).train, StreamedSplit)
    assert isinstance(load(memory_budget_mb=0, disk_budget_mb=2).train, FileSplit)
