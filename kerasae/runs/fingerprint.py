"""What decides how a training goes, in a few letters."""

from kerasae import records
from kerasae.data.spec import DatasetSpec
from kerasae.run_config import RunConfig
from kerasae.runs import settings
from kerasae.runs.record import InitialWeights


def fingerprint(
    config: RunConfig, images: DatasetSpec, initial: InitialWeights | None = None
) -> str:
    """A digest, equal only where settings, images and first weights are, wherever they lie.

    Args:
        config: All settings.
        images: Of the dataset.
        initial: What the run begins with; None for random weights.
    """
    begun = {"initial": initial.content} if initial else {}
    decisive = settings.decisive(config)
    return records.digest({"settings": decisive, "images": images.content, **begun})
