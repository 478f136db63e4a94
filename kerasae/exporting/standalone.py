"""Runs exported files with nothing of kerasae, as anyone would who was given them.

This file imports no module of kerasae and is run as a script in a process where
importing kerasae is an error:

    python -P standalone.py JOB_FOLDER

The job is `job.json` and `inputs.npz` in that folder; answers go to
`outputs.npz` and `details.json` beside them. kerasae itself runs `.tflite`
files through `TFLite` too.
"""

import json
import sys
from pathlib import Path

import numpy as np

# Sizes of the batches that every function is tried with, and of those for the rest.
TRIED, CHUNK = (1, 7), 250


class TFLite:
    """One `.tflite` file under LiteRT; TensorFlow is not needed.

    Attributes:
        details: `input` and `output` as dicts: `name`, `shape` (-1 for the
            batch), `dtype`, and where it is quantised `scale` and
            `zero_point`: real = scale * (stored - zero_point).

    Raises:
        ValueError: for a file that is no TFLite model.
    """

    def __init__(self, path, threads=1):
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._interpreter.allocate_tensors()  # What is wrong with a file is told here.
        signatures = list(self._interpreter.get_signature_list().values())
        names = signatures[0] if len(signatures) == 1 else None
        (given,) = self._interpreter.get_input_details()
        (gives,) = self._interpreter.get_output_details()
        self._given, self._gives = given, gives
        self.details = {
            "input": _tensor(given, names and names["inputs"][0]),
            "output": _tensor(gives, names and names["outputs"][0]),
        }

    def __call__(self, values):
        """Runs one batch; real numbers for a quantised input are quantised first.

        Args:
            values: float32, or in the input's own dtype.

        Returns:
            The output as stored; see `dequantised`.
        """
        values = self._quantised(values)
        if self._interpreter.get_input_details()[0]["shape"].tolist() != list(values.shape):
            self._interpreter.resize_tensor_input(self._given["index"], values.shape, strict=True)
        self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._given["index"], values)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._gives["index"])

    def _quantised(self, values):
        dtype = self._given["dtype"]
        if values.dtype == dtype:
            return values
        scale, zero_point = self._given["quantization"]
        kind = np.iinfo(dtype)
        return np.clip(np.rint(values / scale) + zero_point, kind.min, kind.max).astype(dtype)


def _tensor(detail, name):
    """What a client has to know of a tensor, ready for JSON."""
    known = {
        "name": name or detail["name"],
        "shape": [int(size) for size in detail["shape_signature"]],
        "dtype": np.dtype(detail["dtype"]).name,
    }
    scale, zero_point = detail["quantization"]
    return {**known, "scale": float(scale), "zero_point": int(zero_point)} if scale else known


def dequantised(values, output):
    """Real numbers, float32, of an output as stored; `output` is a tensor's details."""
    if "scale" not in output:
        return values
    return (values.astype(np.float32) - output["zero_point"]) * np.float32(output["scale"])


class SavedModel:
    """One signature of a SavedModel."""

    def __init__(self, loaded, signature):
        self._function = loaded.signatures[signature]
        ((self._name, given),) = self._function.structured_input_signature[1].items()
        self.details = {
            "input": _spec(self._name, given),
            "outputs": [
                _spec(name, spec)
                for name, spec in sorted(self._function.structured_outputs.items())
            ],
        }

    def __call__(self, values):
        import tensorflow as tf

        given = {self._name: tf.constant(values)}
        return {name: tensor.numpy() for name, tensor in self._function(**given).items()}


def _spec(name, spec):
    """As `_tensor`; the shape is None where not even its length is known."""
    known = spec.shape.rank is not None
    shape = [-1 if size is None else size for size in spec.shape] if known else None
    return {"name": name, "shape": shape, "dtype": spec.dtype.name}


class KerasFile:
    """A `.keras` file, in Keras's safe mode."""

    def __init__(self, path):
        import keras

        self._model = keras.saving.load_model(path)
        self.details = {
            end: {
                "name": tensor.name,
                "shape": [-1 if size is None else size for size in tensor.shape],
                "dtype": tensor.dtype,
            }
            for end, tensor in (("input", self._model.input), ("output", self._model.output))
        }

    def __call__(self, values):
        return self._model(values, training=False).numpy()


def in_batches(function, values):
    """Outputs for the first, for the first seven, and for all values, by output name.

    Returns:
        A dict for each of the two tried batch sizes and one for all.
    """
    chunks = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
    tried = [_named(function(values[:size])) for size in TRIED]
    parts = [_named(function(chunk)) for chunk in chunks]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return [*tried, whole]


def _named(outputs):
    return outputs if isinstance(outputs, dict) else {"": outputs}


def opened(folder, calls):
    """Yields the function of every call; a SavedModel is loaded once."""
    loaded = {}
    for call in calls:
        path = folder / call["path"]
        if call["target"] == "saved_model":
            import tensorflow as tf

            if path not in loaded:
                loaded[path] = tf.saved_model.load(str(path))
            yield SavedModel(loaded[path], call["function"])
        else:
            yield {"tflite": TFLite, "keras": KerasFile}[call["target"]](path)


def run(job_folder):
    """Does the job in a folder."""
    job = json.loads((job_folder / "job.json").read_text(encoding="utf-8"))
    with np.load(job_folder / "inputs.npz", allow_pickle=False) as stored:
        inputs = dict(stored)
    inputs["unit"] = inputs["image"].astype(np.float32) * np.float32(1 / 255)
    outputs, details = {}, []
    for number, function in enumerate(opened(Path(job["folder"]), job["calls"])):
        call = job["calls"][number]
        details.append(function.details)
        batches = in_batches(function, inputs[call["given"]][: call["count"]])
        for batch, answers in enumerate(batches):
            outputs |= {f"{number}/{batch}/{name}": array for name, array in answers.items()}
    np.savez(job_folder / "outputs.npz", **outputs)
    (job_folder / "details.json").write_text(json.dumps(details), encoding="utf-8")


if __name__ == "__main__":
    sys.modules["kerasae"] = None
    run(Path(sys.argv[1]))
