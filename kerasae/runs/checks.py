"""What can be refused before TensorFlow starts, beside what a directory holds."""

import dataclasses
import os
from pathlib import Path

from kerasae.config import require
from kerasae.data import sources
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import same_dataset
from kerasae.models.footprint import require_buildable
from kerasae.run_config import RunConfig


def check_image_size(config: RunConfig) -> None:
    """Refuses a dataset that is none, images that the model can't decode, and a model too large.

    As far as it can be known already.

    Raises:
        ConfigError: with the sizes that would work, or the limit.
    """
    data = config.data
    known = sources.check(data)
    size = data.target_size or known
    if size:
        require_buildable(config, size)


def check_applied(applied: AppliedDataConfig, own: DataConfig | None = None) -> None:
    """Refuses a dataset for a trained encoder that is none, as far as it can be known already.

    Args:
        applied: What is asked for.
        own: As the encoder was trained; None where that isn't known.

    Raises:
        ConfigError: for a name that can't be, or what isn't there.
        RunError: where its files are damaged.
    """
    own = own or DataConfig()
    if applied.dataset is not None:
        skips = own.skip_broken and sources.has_single_files(applied.dataset)
        own = dataclasses.replace(own, dataset=applied.dataset, skip_broken=skips)
        sources.check(applied.override(own))
    elif applied.skip_broken:
        sources.require_skippable(applied.override(own))


def check_writable(out: Path, folder: Path) -> None:
    """Refuses an `--out` whose folder can't be written, or made; makes nothing.

    Raises:
        ConfigError: where it can't.
    """
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    require(there.is_dir() and os.access(there, os.W_OK), "--out can't be written.", out=out)


def check_other_dataset(other: str | None, own: str) -> None:
    """Refuses a run's own dataset, in any version, as the other one.

    Raises:
        ConfigError: where both are the same.
    """
    require(
        other is None or not same_dataset(other, own),
        f"--other_dataset must differ from the run's own, {own}.",
        other_dataset=other,
    )
