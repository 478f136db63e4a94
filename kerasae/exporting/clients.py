"""Other people's programs that files were tried with: what a card says of them."""

import dataclasses
import importlib.metadata
from typing import Any

from kerasae.exporting import target
from kerasae.exporting.call import CheckedCall


@dataclasses.dataclass(frozen=True)
class Other:
    """A client that kerasae's tests try with a small model; no export does.

    Attributes:
        name: With its version.
        takes: What it takes, with the largest difference that the tests allow.
        refuses: What it doesn't.
    """

    name: str
    takes: str
    refuses: str


# `tests/exporting/clients` tries them, and holds these versions to those that it tries.
ALLOWED = 1e-5
OTHERS = (
    Other(
        "OpenVINO 2026.4.1",
        "`.tflite` files in float32, `.onnx` files, signatures of the model's own size",
        "the other signatures",
    ),
    Other(
        "LiteRT.js 2.5.3, in Chromium",
        "`.tflite` files, by the functions with a fixed batch of 1",
        "functions for any batch",
    ),
)


def tried(checked: list[CheckedCall]) -> list[dict[str, Any]]:
    """Who ran the files of an export before it was published, ready for JSON.

    Returns:
        For each target its `target`, the `client` that ran its files, that one's
        `version`, and `differences`: the largest for each tolerance, of those that
        aren't judged by their effect.
    """
    by_target: dict[str, list[CheckedCall]] = {}
    for item in checked:
        by_target.setdefault(item.call.target, []).append(item)
    return [_described(name, items) for name, items in by_target.items()]


def _described(name: str, items: list[CheckedCall]) -> dict[str, Any]:
    title, package = target.load(name).CLIENT
    tolerances = sorted({item.call.tolerance for item in items} - {None})
    return {
        "target": name,
        "client": title,
        "version": importlib.metadata.version(package),
        "differences": [
            {
                "allowed": allowed,
                "largest": max(i.found["difference"] for i in items if i.call.tolerance == allowed),
            }
            for allowed in tolerances
        ],
    }
