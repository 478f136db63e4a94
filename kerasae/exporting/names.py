"""Names in exported files: of inputs, outputs and parts."""

IMAGE, UNIT, CODE, RECONSTRUCTION = "image", "unit", "code", "reconstruction"
ERROR = "mse_per_pixel"
SCORES, LABEL = "scores", "label"
ENCODER, DECODER, AUTOENCODER = "encoder", "decoder", "autoencoder"


def scores_of(head: str) -> str:
    """Name of a head's scores where all heads are together."""
    return f"{SCORES}_{head}"
