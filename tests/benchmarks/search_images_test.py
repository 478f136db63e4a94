"""The images that plain searches get."""

import numpy as np

from benchmarks import search_images


def test_training_and_validation_images_of_the_search_in_the_unit_range(small_run, tmp_path):
    space = tmp_path / "space.toml"
    space.write_text("[learning_rate]\nchoices = [0.01, 0.001]\n", encoding="utf-8")
    path = tmp_path / "images.npz"
    search_images.main(str(path), *small_run, f"--space={space}", "--validation_fraction=0.2")
    with np.load(path) as arrays:
        assert {name: array.shape for name, array in arrays.items()} == {
            "train": (160, 12, 12, 1),
            "validation": (40, 12, 12, 1),
        }
        assert arrays["train"].dtype == np.float32
        assert 0.5 < arrays["train"].max() <= 1
