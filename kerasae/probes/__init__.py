"""Probes: what figures need from a live model, written as arrays into `probes/` of a run.

A probe is a file here that keeps `Probe`. Nothing else knows it by name: a figure whose `NEEDS`
name `probes/<name>.npz` has it computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kerasae.published.experiment import PLAIN, Display

if TYPE_CHECKING:
    import numpy as np

    from kerasae.data.split import Split
    from kerasae.models.autoencoder import Autoencoder


class Probe(Protocol):
    """A probe plug-in."""

    def compute(
        self, autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
    ) -> dict[str, np.ndarray]:
        """Computes the arrays, and leaves the model as it is.

        Args:
            autoencoder: The model to look at.
            split: Images, usually the test split; with labels or without.
            seed: Of whatever is random.
            display: What an experiment's pages show, see there.

        Returns:
            Arrays without objects by name, finite.
        """
