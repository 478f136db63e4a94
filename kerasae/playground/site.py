"""The page and all it needs, as files by their path: served as they are, or written."""

from pathlib import Path
from typing import Any

import numpy as np

from kerasae import files, names, registry
from kerasae.figures import mosaic, style
from kerasae.names import classifier_of
from kerasae.playground import browser_files, litert_js
from kerasae.playground.browser_files import BrowserFiles
from kerasae.playground.card import Card, Tensor, TriedFunction
from kerasae.playground.known_images import CodeMap, KnownImages
from kerasae.reporting import html

Site = dict[str, bytes | Path]
SCRIPTS = Path(__file__).parent / "scripts"
INDEX = "index.html"
KNOWN_PICTURE, KNOWN_NUMBERS, EXAMPLES = "known.png", "known.bin", "examples.png"
COLUMNS = 100  # of images in a picture of many
# What a score says where it is a logit, see `readouts.heads`.
LOGITS = "logits"


def make(
    card: Card,
    runnable: BrowserFiles,
    examples: np.ndarray,
    known: KnownImages | None,
    plane: CodeMap | None,
    left_out: str,
) -> Site:
    """Every file of the page.

    Args:
        card: Facts of the version.
        runnable: The files that the browser runs.
        examples: uint8 images to begin with, `(n, height, width, channels)`.
        known: Test images; None where they aren't here.
        plane: The map of their codes; None where there are none.
        left_out: Why there are none.
    """
    facts = {
        "image": vars(card.image),
        "code": {"size": card.code.size, **_code_range(card, known)},
        "fit": card.settings.data.get("fit", "stretch"),
        "background": card.settings.data.get("background", "black"),
        "parts": {
            part: {"file": f"models/{path.name}", "function": browser_files.one(part)}
            | _ends(card, part, path, runnable)
            for part, path in runnable.paths.items()
        },
        "heads": [_head(card, name) for name in card.heads],
        "examples": {"file": EXAMPLES, "count": len(examples), "columns": COLUMNS},
        "known": known and _known(known, plane),
    }
    page = html.render(
        "play.html.j2",
        card=card,
        facts=facts,
        known=known,
        left_out=left_out,
        exported=runnable.exported,
        precision=runnable.precision,
        litert=litert_js.VERSION,
    )
    site: Site = {INDEX: page.encode(), EXAMPLES: mosaic.png(examples, COLUMNS)}
    site |= {f"scripts/{path.name}": path for path in sorted(SCRIPTS.glob("*.js"))}
    site |= {f"litert/{name}": litert_js.FOLDER / name for name in litert_js.names()}
    site |= {facts["parts"][part]["file"]: path for part, path in runnable.paths.items()}
    if known:
        site[KNOWN_PICTURE] = mosaic.png(known.images, COLUMNS)
        site[KNOWN_NUMBERS] = _numbers(known, plane)
    return site


def write(site: Site, folder: Path) -> None:
    """Writes the files into a folder, all of them or none."""
    with files.atomic_path(folder) as new:
        for name, content in site.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(read(content))


def read(content: bytes | Path) -> bytes:
    """The bytes of one of a site's files."""
    return content if isinstance(content, bytes) else content.read_bytes()


def _code_range(card: Card, known: KnownImages | None) -> dict[str, list[float]]:
    """The least and the greatest value of each number of the code, over test images."""
    if known:
        low, high = known.codes.min(axis=0), known.codes.max(axis=0)
        return {"low": low.tolist(), "high": high.tolist()}
    low, high = card.ranges["code"]
    return {"low": [low] * card.code.size, "high": [high] * card.code.size}


def _ends(card: Card, part: str, path: Path, runnable: BrowserFiles) -> dict[str, Any]:
    """How the input and the output of a part are stored."""
    if not runnable.exported:
        plain = _stored(Tensor("", "float32"))
        return {"input": plain, "output": plain}
    function: TriedFunction = next(
        item
        for item in card.functions
        if Path(item.path).name == path.name and item.function == browser_files.one(part)
    )
    return {"input": _stored(function.input), "output": _stored(function.output)}


def _stored(tensor: Tensor) -> dict[str, Any]:
    return {"dtype": tensor.dtype, "scale": tensor.scale, "zero": tensor.zero_point}


def _head(card: Card, name: str) -> dict[str, Any]:
    """A classifier as the page shows it."""
    head = card.heads[name]
    scores = head.scores or registry.constant(registry.HEADS, name, "SCORES")
    return {
        "part": classifier_of(name),
        "title": names.title(name),
        "classes": head.classes,
        "probabilities": scores.startswith(LOGITS),
    }


def _known(known: KnownImages, plane: CodeMap) -> dict[str, Any]:
    """Facts about the test images; their numbers are in a file."""
    return {
        "picture": KNOWN_PICTURE,
        "numbers": KNOWN_NUMBERS,
        "columns": COLUMNS,
        "count": len(known.images),
        "classes": known.classes,
        "mean": plane.mean.tolist(),
        "axes": plane.axes.tolist(),
        "share": plane.variance_share,
        "colours": style.CLASS_COLOURS,
    }


def _numbers(known: KnownImages, plane: CodeMap) -> bytes:
    """Codes, errors and places on the map as float32, then labels as int32, little-endian."""
    places = (known.codes - plane.mean) @ plane.axes.T
    parts = [*(array.astype("<f4") for array in (known.codes, known.errors, places)),
             known.labels.astype("<i4")]  # fmt: skip
    return b"".join(array.tobytes() for array in parts)
