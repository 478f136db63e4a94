"""Everything random follows from one seed."""

import keras
import tensorflow as tf


def start_from(seed: int) -> None:
    """Forgets Keras's earlier models and sets every generator, for one training after another."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.enable_op_determinism()
