"""What decides how a training goes, in a few letters."""

from kerasae import records
from kerasae.config import RunConfig
from kerasae.data.spec import DatasetSpec
from kerasae.runs import settings


def fingerprint(config: RunConfig, images: DatasetSpec) -> str:
    """A digest, equal only where settings and images are, wherever the images lie.

    Args:
        config: All settings.
        images: Of the dataset.
    """
    decisive = settings.without_places(settings.to_json(config))
    return records.digest({"settings": decisive, "images": images.content})
