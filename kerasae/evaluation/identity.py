"""Whether the files of a measure are of what would be measured now."""

import hashlib
from types import ModuleType
from typing import Any

import kerasae
from kerasae import names
from kerasae.data.pipeline import Data
from kerasae.evaluation import measured
from kerasae.evaluation.config import EvaluationConfig
from kerasae.evaluation.subject import Heads, Other, baseline_settings
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs.open_run import OpenRun


def describe_settings(
    opened: OpenRun, data: Data, heads: Heads, measure: ModuleType, config: EvaluationConfig
) -> dict[str, Any]:
    """What the numbers of a measure depend on, to be printed on figures."""
    whole = data.test.num_images
    images = min(config.max_test_images or whole, whole)
    settings = {
        "dataset": opened.config.data.dataset,
        "test images": f"{images:,}" if images == whole else f"{images:,} sampled of {whole:,}",
        "seed": config.seed,
    }
    if config.other_dataset and measure.NEEDS_OTHER:
        settings["other dataset"] = config.other_dataset
        settings |= {names.title(flag): v for flag, v in config.other_features.items()}
    if measure.NEEDS_CLASSIFIERS:
        settings["classifiers learnt from"] = f"{data.train.labelled_images:,} labels"
    if heads.left_out:
        settings["left out"] = f"{', '.join(heads.left_out)} (no network, so no gradient)"
    return settings


def fingerprint(
    opened: OpenRun, data: Data, heads: Heads, other: Other | None, settings: dict[str, Any]
) -> str:
    """A hash, equal only where autoencoder, heads, images, settings and kerasae's version are.

    Args:
        opened: The run.
        data: Its own dataset.
        heads: Those that the measure needs.
        other: The other dataset, where the measure needs one.
        settings: From `describe_settings`.
    """
    origin = {
        **settings,
        "content": data.spec.content,
        "other content": other and other.spec.content,
        "heads": list(heads.usable),
        # Their weights are known only once they are fitted, which takes longer than a measure.
        "baselines": baseline_settings() if heads.usable else None,
        "kerasae": kerasae.__version__,
    }
    models = [opened.autoencoder.model, *(head.model for head in heads.usable.values())]
    keys = [features.fingerprint(model, origin) for model in models]
    return hashlib.sha256("".join(keys).encode()).hexdigest()[:32]


def is_measured(run: RunDir, name: str, key: str) -> bool:
    """Whether a measure was taken, with this fingerprint.

    Raises:
        RunError: where its record is damaged.
    """
    return name in measured.names(run) and measured.read(run, name).key == key
