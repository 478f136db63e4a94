"""The images of a search as arrays, for scripts without kerasae.

python -m benchmarks.search_images FILE.npz FLAGS…
"""

import sys

import numpy as np

from benchmarks.search_timed import plan_of


def main(path: str, *flags: str) -> None:
    """Writes `train` and `validation`: float32 `(images, height, width, channels)` in [0, 1]."""
    base = plan_of(f"{path}.search", list(flags)).candidates.base  # Nothing is searched.
    from kerasae.data import pipeline

    data = pipeline.load(pipeline.open_source(base.data), base.data, base.training.seed)
    parts = {"train": data.train, "validation": data.validation}
    unit = {name: split.images.numpy().astype("float32") / 255 for name, split in parts.items()}
    np.savez(path, **unit)


if __name__ == "__main__":
    main(*sys.argv[1:])
