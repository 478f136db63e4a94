"""The codes of a finished run's own model."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kerasae.data.config import DataConfig
from kerasae.data.pipeline import Data
from kerasae.readouts import baselines, features
from kerasae.readouts.config import ReadoutConfig
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.runs.open_run import OpenRun


class RunCodes:
    """An open run as a source of codes, see `codes.CodeSource`."""

    def __init__(self, opened: OpenRun):
        self.run: RunDir = opened.run
        self.trained_on: str = opened.config.data.dataset
        self._autoencoder, self._config = opened.autoencoder, opened.config

    def encoder(self, layer: str) -> features.Encoder:
        return features.encoder_from(
            features.layer_model(self._autoencoder, layer), f"The model of {self.run.path}"
        )

    def layers(self) -> list[str]:
        return features.layer_names(self._autoencoder)

    def origin(self, data: DataConfig) -> dict[str, Any]:
        return settings.without_places(settings.to_json(self._config), data)

    def baselines(
        self, data: Data, wanted: ReadoutConfig
    ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        config = self._config
        if wanted.baselines:
            yield from baselines.features(data, config.model, config.model_config, config.training)
        if wanted.fine_tune:
            yield baselines.fine_tuned(self._autoencoder.encoder, data, config.training)
