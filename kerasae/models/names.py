"""Names of layers in every family's graph, and names of Keras that a config may hold."""

# Layers every autoencoder has.
IMAGE = "image"
CODE = "code"
RECONSTRUCTION = "reconstruction"
# Layers by stage, counted from the image, 1 first.
CONV = "conv_{}"
POOL = "pool_{}"
DENSE = "dense_{}"
DECODER_DENSE = "decoder_dense_{}"
DECONV = "deconv_{}"
ACTIVATED = "{}_activation"

INITIALIZERS = (
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform",
    "lecun_normal", "lecun_uniform", "orthogonal",
)  # fmt: skip
