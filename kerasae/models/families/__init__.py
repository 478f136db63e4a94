"""Model families, one file each.

A plug-in `models/families/<name>.py` defines

- `Config`: a frozen `FamilyConfig` of its options, each made by `config.option`;
- `build(config, image_shape)`: the autoencoder as one flat functional graph.

Importing one imports no TensorFlow: `--help` shows its options at once.
"""

import abc
import dataclasses

from kerasae.models.footprint import Footprint
from kerasae.options import check_options
from kerasae.run_flags import PREFIX


@dataclasses.dataclass(frozen=True)
class FamilyConfig(abc.ABC):
    """Options of a family, and what is known of its models before one is built.

    A family says what its models are where the default here isn't true of them.
    """

    def __post_init__(self):
        check_options(self, PREFIX)

    @abc.abstractmethod
    def code_size(self, image_size: tuple[int, int]) -> int:
        """Numbers in the code, for images of `(height, width)`."""

    @abc.abstractmethod
    def footprint(self, image_shape: tuple[int, int, int]) -> Footprint:
        """Size of the model, by which one that is too large is refused before it is built.

        Args:
            image_shape: `(height, width, channels)`.
        """

    def check_image_size(self, image_size: tuple[int, int]) -> None:
        """Raises ConfigError for images that no such model can take; by default for none.

        Args:
            image_size: `(height, width)`.
        """
        return

    @property
    def code_channels(self) -> int | None:
        """Maps that the code is made of; None, by default, where it is none."""
        return None

    @property
    def output_activation(self) -> str | None:
        """Keras's name of the reconstruction's activation; None, by default, for one unknown."""
        return None

    @property
    def per_stage(self) -> tuple[str, ...]:
        """Options that are tuples with an item for each stage, so that a search can cut them.

        None by default.
        """
        return ()
