"""What every model family promises, of one autoencoder and a few images."""

import numpy as np
import tensorflow as tf

from kerasae.models.autoencoder import load_autoencoder


def reconstructions_have_the_images_shape(autoencoder, images):
    reconstructions = autoencoder.model(images)
    assert autoencoder.model.output.shape == (None, *images.shape[1:])
    assert reconstructions.shape == images.shape
    assert reconstructions.dtype == tf.float32
    assert autoencoder.image_shape == images.shape[1:]


def encoder_and_decoder_make_up_the_model(autoencoder, images):
    codes = autoencoder.encoder(images)
    assert codes.shape == (len(images), autoencoder.code_size)
    np.testing.assert_array_equal(autoencoder.decoder(codes), autoencoder.model(images))


def every_image_counts_by_itself(autoencoder, images):
    """Nothing leaks from one image of a batch to another."""
    together = autoencoder.model(images)
    alone = np.concatenate([autoencoder.model(image[np.newaxis]) for image in images])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.abs(alone[0] - alone[1]).max() > 1e-4


def save_and_load_is_exact(autoencoder, images, tmp_path):
    autoencoder.model.save(tmp_path / "model.keras")
    loaded = load_autoencoder(tmp_path / "model.keras")
    for part in ("model", "encoder"):
        np.testing.assert_array_equal(
            getattr(loaded, part)(images), getattr(autoencoder, part)(images)
        )
    codes = autoencoder.encoder(images)
    np.testing.assert_array_equal(loaded.decoder(codes), autoencoder.decoder(codes))


def tflite_with_builtin_operations_gives_the_same_numbers(autoencoder, images):
    from ai_edge_litert.interpreter import Interpreter

    function = tf.function(
        lambda image: autoencoder.model(image, training=False),
        input_signature=[tf.TensorSpec((1, *images.shape[1:]), tf.float32)],
    )
    # Without the model as a second argument the weights become constants.
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    interpreter = Interpreter(model_content=converter.convert(), num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], images[:1])
    interpreter.invoke()
    converted = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(converted, autoencoder.model(images[:1]), atol=1e-4)


def the_layers_that_others_ask_for_have_their_names(autoencoder):
    names = {layer.name for layer in autoencoder.model.layers}
    assert {"image", "code", "reconstruction", "conv_1"} <= names


def check(autoencoder, images, tmp_path):
    """All of it."""
    reconstructions_have_the_images_shape(autoencoder, images)
    encoder_and_decoder_make_up_the_model(autoencoder, images)
    every_image_counts_by_itself(autoencoder, images)
    save_and_load_is_exact(autoencoder, images, tmp_path)
    tflite_with_builtin_operations_gives_the_same_numbers(autoencoder, images)
    the_layers_that_others_ask_for_have_their_names(autoencoder)
