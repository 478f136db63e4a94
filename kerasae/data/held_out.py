"""A test part for a dataset that has none, drawn from its training images."""

import numpy as np

SEED = 0
SHARE = 0.1


def test_positions(labels: np.ndarray) -> np.ndarray:
    """A tenth of the images, of every class alike, always the same ones.

    The stored order says nothing: datasets are often stored class by class. So
    the images are put in a random order, sorted by class, and taken at even
    distances.

    Args:
        labels: int64 `(n,)`, all -1 where there are none; at least two.

    Returns:
        Positions, ascending; at least one.
    """
    count = len(labels)
    order = np.random.default_rng(SEED).permutation(count)
    order = order[np.argsort(labels[order], kind="stable")]
    size = max(1, round(count * SHARE))
    places = ((np.arange(size) + 0.5) * count / size).astype(np.int64)
    return np.sort(order[places])


def describe(split: str, stratified: bool) -> dict[str, str]:
    """What `train` and `test` are then, for people.

    Args:
        split: The split that both are drawn from.
        stratified: Whether its images have labels.
    """
    how = f"drawn with seed {SEED}{', a tenth of each class' if stratified else ''}"
    return {"train": f"{split} without a tenth", "test": f"a tenth of {split}, {how}"}
