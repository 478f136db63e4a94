"""One contender of the benchmark of exported encoders, in a process of its own.

    python -m benchmarks.artefact_worker VERSION_FOLDER CONTENDER THREADS

It says how far its codes are from the golden ones, then measures once for each
line on standard input; all answers are lines of JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

BATCH = 256
# Seconds of one measurement.
LONG = 1.0
UNIT = np.float32(1 / 255)


def keras_predict(folder: Path, threads: int) -> Callable:
    """`model.predict` of the Keras file's encoder."""
    _limit_tensorflow(threads)
    import keras

    model = keras.saving.load_model(folder / "keras" / "autoencoder.keras")
    encoder = keras.Model(model.input, model.get_layer("code").output)
    return lambda images: encoder.predict(images * UNIT, batch_size=BATCH, verbose=0)


def saved_model(folder: Path, threads: int) -> Callable:
    """The signature `encode`, from raw images."""
    _limit_tensorflow(threads)
    import tensorflow as tf

    encode = tf.saved_model.load(str(folder)).signatures["encode"]
    return lambda images: encode(image=tf.constant(images))["code"].numpy()


def tflite(folder: Path, threads: int, precision: str) -> Callable:
    """An encoder file under LiteRT, by its function for one image or by that for any batch."""
    from ai_edge_litert.interpreter import Interpreter

    path = str(folder / "tflite" / f"encoder_{precision}.tflite")
    interpreter = Interpreter(path, num_threads=threads)
    names = sorted(interpreter.get_signature_list())  # One before any; version 1 has only one.
    one, many = (interpreter.get_signature_runner(name) for name in (names[0], names[-1]))
    ((code, gives),) = many.get_output_details().items()
    scale, zero_point = gives["quantization"]

    def encode(images):
        run = one if len(images) == 1 else many
        codes = run(image=images if precision == "int8" else images * UNIT)[code]
        return (codes.astype(np.float32) - zero_point) * np.float32(scale) if scale else codes

    return encode


def pytorch(folder: Path, threads: int, pools_first: bool) -> Callable:
    """The twin in inference mode, in one of its two orders."""
    import keras
    import torch

    from benchmarks import artefact_twin

    torch.set_num_threads(threads)
    model = keras.saving.load_model(folder / "keras" / "autoencoder.keras")
    config = json.loads((folder / "manifest.json").read_text())["settings"]["model_config"]
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    twin = artefact_twin.Encoder(config, weights, pools_first).eval()

    def encode(images):
        with torch.inference_mode():
            units = torch.from_numpy(images * UNIT).permute(0, 3, 1, 2)
            return twin(units).numpy()

    return encode


CONTENDERS: dict[str, Callable] = {
    "keras_predict": keras_predict,
    "saved_model": saved_model,
    **{
        f"tflite_{kind}": lambda folder, threads, kind=kind: tflite(folder, threads, kind)
        for kind in ("float32", "float16", "int8")
    },
    "pytorch": lambda folder, threads: pytorch(folder, threads, pools_first=False),
    "pytorch_pools_first": lambda folder, threads: pytorch(folder, threads, pools_first=True),
}


def _limit_tensorflow(threads: int) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)


def measure(encode: Callable, images: np.ndarray, seconds: float) -> float:
    """Median seconds of a call."""
    times, began = [], time.perf_counter()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        encode(images)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def main(folder: Path, contender: str, threads: int) -> None:
    """Answers line by line."""
    with np.load(folder / "golden.npz", allow_pickle=False) as stored:
        images, codes = stored["image"], stored["code"]
    encode = CONTENDERS[contender](folder, threads)
    many = np.tile(images, (BATCH // len(images), 1, 1, 1))
    apart = np.abs(encode(images) - codes).max() / np.abs(codes).max()
    encode(many)
    encode(images[:1])
    print(json.dumps({"difference": float(apart)}), flush=True)
    for _ in sys.stdin:
        found = {
            "latency_ms": 1000 * measure(encode, images[:1], LONG),
            "images_per_s": len(many) / measure(encode, many, LONG),
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
