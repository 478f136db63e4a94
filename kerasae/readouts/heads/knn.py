"""The nearest training codes vote: scikit-learn's `KNeighborsClassifier` on standardised codes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasae.bounds import Bounds
from kerasae.config import RunError, option
from kerasae.options import check_options

if TYPE_CHECKING:
    import numpy as np

SUFFIX = ".npz"
EXPORTABLE = False


@dataclasses.dataclass(frozen=True)
class Config:
    """How many neighbours vote."""

    neighbours: int = option(5, "training codes that vote", bounds=Bounds(1, 10**6))

    def __post_init__(self):
        check_options(self, "knn.")


class KnnReadout:
    """The training codes and their labels, as a `Readout`."""

    def __init__(self, codes: np.ndarray, labels: np.ndarray, settings: dict[str, Any]):
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.preprocessing import StandardScaler

        self.settings = settings
        self._codes, self._labels = codes, labels
        self._scaler = StandardScaler().fit(codes)
        self._neighbours = KNeighborsClassifier(
            min(settings["neighbours"], len(codes)), algorithm="brute", n_jobs=-1
        ).fit(self._scaler.transform(codes), labels)

    def predict(self, codes: np.ndarray) -> np.ndarray:
        return self._neighbours.predict(self._scaler.transform(codes))

    def save(self, path: Path) -> None:
        import numpy as np

        np.savez_compressed(
            path, codes=self._codes, labels=self._labels, neighbours=self.settings["neighbours"]
        )


def load(path: Path) -> KnnReadout:
    """Loads what `KnnReadout.save` wrote.

    Raises:
        RunError: where it is missing, damaged or no such head.
    """
    from kerasae import arrays

    stored = arrays.read(path, "codes", "labels", "neighbours")
    try:
        settings = {"neighbours": Config(int(stored["neighbours"])).neighbours}
        return KnnReadout(stored["codes"], stored["labels"], settings)
    except (ValueError, TypeError) as error:
        raise RunError(f"{path} is damaged: {str(error).splitlines()[0]}") from None


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KnnReadout:
    """Keeps the codes; `seed` makes no difference."""
    import numpy as np

    return KnnReadout(np.asarray(codes), labels, dataclasses.asdict(config))
