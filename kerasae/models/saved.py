"""Saved Keras models, loaded: `.keras` files that may be damaged or from elsewhere."""

from pathlib import Path

import keras

from kerasae import archives
from kerasae.config import RunError

MAX_REASON = 200  # letters of what Keras says


def load_model(path: Path) -> keras.Model:
    """Loads a `.keras` file in Keras's safe mode: nothing in it is run as code.

    Raises:
        RunError: where it is missing, damaged, would fill the memory, or is no model that Keras
            and kerasae know.
    """
    archives.require_sound(path)
    try:
        model = keras.saving.load_model(path, safe_mode=True)
    except Exception as error:  # Keras raises whatever the damage happens to cause.
        raise RunError(
            f"{path} can't be loaded: it is damaged or foreign ({one_line(error)})."
        ) from error
    if not isinstance(model, keras.Model):
        raise RunError(f"{path} holds no model. Received: {type(model).__name__}.")
    return model


def one_line(error: Exception) -> str:
    """Name and first words of an error."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:MAX_REASON]}"
