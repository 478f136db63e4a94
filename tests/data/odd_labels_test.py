"""Labels that are missing or beyond the classes, and parts with few images."""

import shutil

import pytest
from loaded_data import MEMORY, as_set, everywhere, load, pixels_of

from kerasae.config import RunError


class TestOddLabels:
    def load(self, folder, name, **settings):
        return load(dataset=name, data_dir=str(folder), **settings)

    @everywhere
    def test_images_without_a_label_train_and_are_counted(self, odd_datasets, caplog, budgets):
        caplog.set_level("INFO", "kerasae")
        data = self.load(odd_datasets, "half_labelled", **budgets)
        assert (data.train.num_images, data.test.num_images) == (100, 40)
        said = [record.getMessage() for record in caplog.records]
        said = [one for one in said if not one.startswith("decoded images")]
        streamed = "" if budgets is MEMORY else ", streamed from disk"
        assert said == [
            "half_labelled:1.0.0 (tfds): 100 training (50 without a label) and 40 test images of "
            f"8x8 pixels, 1 channel, 10 classes{streamed}",
            "half_labelled:1.0.0: 50 of 100 train images have no label; they stay out of all that "
            "uses labels.",
            "half_labelled:1.0.0: 20 of 40 test images have no label; they stay out of all that "
            "uses labels.",
        ]
        labelled = data.labelled()
        for split in (labelled.train, labelled.test):
            assert split.labels.min() >= 0
            assert len(split.every_image()) == split.num_images
        assert (labelled.train.num_images, labelled.test.num_images) == (50, 20)
        assert labelled.validation is None

    def test_the_validation_part_too(self, odd_datasets):
        data = self.load(odd_datasets, "half_labelled", validation_fraction=0.3).labelled()
        assert data.train.num_images + data.validation.num_images == 50
        assert data.validation.labels.min() >= 0

    @everywhere
    def test_a_label_beyond_the_classes_is_damage(self, odd_datasets, tmp_path, budgets):
        shutil.copytree(odd_datasets / "six", tmp_path / "six")
        (features,) = (tmp_path / "six").rglob("features.json")
        features.write_text(features.read_text().replace('"10"', '"4"'))
        with pytest.raises(RunError, match=r"six:1\.0\.0 are damaged: .* label [45], .* 4 classes"):
            self.load(tmp_path, "six", **budgets)

    def test_few_images(self, odd_datasets):
        assert self.load(odd_datasets, "six").train.num_images == 5
        assert self.load(odd_datasets, "one").train.num_images == 1

    @everywhere
    def test_a_drawn_test_part_streamed_or_not(self, odd_datasets, budgets):
        data = self.load(odd_datasets, "by_class", **budgets)
        assert data.test.classes_present.tolist() == list(range(10))
        whole = as_set(pixels_of(data.train)) | as_set(pixels_of(data.test))
        assert len(whole) == 200
