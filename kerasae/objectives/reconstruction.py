"""The image itself as target: mean squared error per pixel."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Config:
    """No options."""
