"""TFLite files under LiteRT."""

from pathlib import Path
from typing import Any

import numpy as np


class Runner:
    """One `.tflite` file; as `kerasae.exporting.target.Runner` it needs nothing of this module.

    Raises:
        ValueError: for a file that is no TFLite model.
    """

    def __init__(self, path: str | Path, threads: int = 1):
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._interpreter.allocate_tensors()  # LiteRT finds here what is wrong with a file.
        (self._given,) = self._interpreter.get_input_details()
        (self._gives,) = self._interpreter.get_output_details()

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the signatures."""
        return tuple(self._interpreter.get_signature_list())

    def details(self, function: str) -> dict[str, Any]:
        given, gives = self._ends(function)
        signatures = self._interpreter.get_signature_list()
        names = signatures.get(function) or (
            next(iter(signatures.values())) if len(signatures) == 1 else None
        )
        return {
            "input": self._described(given, names and names["inputs"][0]),
            "output": self._described(gives, names and names["outputs"][0]),
        }

    def run(self, function: str, values: np.ndarray) -> np.ndarray | dict[str, np.ndarray]:
        """Runs one batch; real numbers for a quantised input are quantised first.

        A function of single images is called for each.
        """
        import numpy as np

        given, _ = self._ends(function)
        values = self._quantised(values, given)
        if not function:
            return self._invoked(values)
        runner = self._interpreter.get_signature_runner(function)
        ((name, _),) = runner.get_input_details().items()
        size = 1 if given["shape_signature"][0] == 1 else len(values)
        batches = [values[at : at + size] for at in range(0, len(values), size)]
        outputs = [runner(**{name: batch}) for batch in batches]
        return {key: np.concatenate([one[key] for one in outputs]) for key in outputs[0]}

    def _ends(self, function: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """LiteRT's details of a function's input and output."""
        if not function:
            return self._given, self._gives
        runner = self._interpreter.get_signature_runner(function)
        (given,) = runner.get_input_details().values()
        (gives,) = runner.get_output_details().values()
        return given, gives

    def _invoked(self, values: np.ndarray) -> np.ndarray:
        """Outputs of a file's first function."""
        if self._interpreter.get_input_details()[0]["shape"].tolist() != list(values.shape):
            self._interpreter.resize_tensor_input(self._given["index"], values.shape, strict=True)
        self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._given["index"], values)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._gives["index"])

    @staticmethod
    def _quantised(values: np.ndarray, given: dict[str, Any]) -> np.ndarray:
        import numpy as np

        dtype = given["dtype"]
        if values.dtype == dtype:
            return values
        scale, zero_point = given["quantization"]
        limits = np.iinfo(dtype)
        stored = np.rint(values / scale) + zero_point
        return np.clip(stored, limits.min, limits.max).astype(dtype)

    @staticmethod
    def _described(detail: dict[str, Any], name: str | None) -> dict[str, Any]:
        import numpy as np

        known = {
            "name": name or detail["name"],
            "shape": [int(size) for size in detail["shape_signature"]],
            "dtype": np.dtype(detail["dtype"]).name,
        }
        scale, zero_point = detail["quantization"]
        if not scale:
            return known
        return {**known, "scale": float(scale), "zero_point": int(zero_point)}
