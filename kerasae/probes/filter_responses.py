"""Pattern that each first-layer filter responds to, in words computed from its kernel.

The kernel is compared with ideal pictures of its own size: edges and lines at
every orientation and at several places, spots, and an even area. All have norm
1; edges, lines and spots have mean 0, so that they compete with the even area
for different parts of the kernel. The picture with the largest absolute cosine
is, of these, the one that drives the filter most for its contrast; the sign
says whether it is the picture or its negative. That cosine is the `match`.

Kernels of several input channels are averaged over them first: the words are
about brightness, not about colour. And kernels are blurred by a twelfth of
their side (which leaves 3x3 as it is), since weights that alternate from pixel
to pixel cancel on images, which are smoother than that.
"""

import dataclasses
import itertools

import numpy as np

from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import kernels
from kerasae.published.experiment import PLAIN, Display

ANGLE_STEP = 5  # degrees
BLUR = 1 / 12  # standard deviation, of the kernel's side
RAMP = 1.5  # pixels from an edge to where its brightness is even: a plain slope in 3x3
# A kernel whose best match is below this looks like none of the ideal pictures.
MIN_MATCH = 0.6
SIDES = (
    "on the right", "above right", "above", "above left",
    "on the left", "below left", "below", "below right",
)  # fmt: skip
# As one reads, from left to right.
DIRECTIONS = ("horizontal", "rising diagonal", "vertical", "falling diagonal")


@dataclasses.dataclass(frozen=True)
class Ideal:
    """An ideal picture.

    Attributes:
        kind: `edge`, `line`, `spot` or `area`.
        angle: Direction in which an edge brightens, or a line runs, in degrees
            counter-clockwise from rightwards, as one sees it; 0 for the others.
        picture: float64 `(height, width)`, norm 1.
    """

    kind: str
    angle: int
    picture: np.ndarray


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Describes every kernel of the first convolution.

    Returns:
        `sentences`, strings `(filters,)`; `matches`, float64 `(filters,)`: the
        cosine with the nearest ideal picture, in [0, 1], 0 for blank kernels.
    """
    kernel = np.asarray(kernels.convolutions(autoencoder.model)[0].kernel, np.float32)
    at, _ = kernels.threshold(kernel, 1, display)
    described = [describe(one, at) for one in np.moveaxis(kernel, -1, 0)]
    return {
        "sentences": np.array([sentence for sentence, _ in described]),
        "matches": np.array([match for _, match in described]),
    }


def describe(kernel: np.ndarray, threshold: float) -> tuple[str, float]:
    """One sentence on what a kernel responds to.

    Args:
        kernel: `(height, width, input channels)`.
        threshold: With no weight of this size or more no pattern is named.

    Returns:
        The sentence and the match, in [0, 1].
    """
    if np.abs(kernel).max() < threshold or not kernel.any():
        return f"No weight reaches {threshold:.2g}.", 0.0
    flat = _blurred(kernel.mean(axis=-1, dtype=np.float64))  # (height, width)
    norm = np.linalg.norm(flat)
    if norm < 1e-6 * np.abs(kernel).max():
        return "Responds to colour only, not to brightness.", 0.0
    candidates = ideals(*flat.shape)
    cosines = [np.vdot(ideal.picture, flat) / norm for ideal in candidates]
    best = int(np.argmax(np.abs(cosines)))
    match = float(abs(cosines[best]))
    words = _words(candidates[best], bright=cosines[best] > 0)
    if match < MIN_MATCH:
        return f"Responds to no simple pattern; nearest: {words}.", match
    return f"Responds to {words}.", match


def ideals(height: int, width: int) -> list[Ideal]:
    """The ideal pictures of a kernel's size; those that the size can't hold are left out."""
    y, x = np.mgrid[:height, :width].astype(float)
    x, y = x - (width - 1) / 2, (height - 1) / 2 - y  # y grows upwards
    side = min(height, width)
    places = np.arange(-(side // 4), side // 4 + 1)  # the middle alone for 3x3
    sizes = [size for size in (0.5, 1, 2, 4) if size <= side / 4] or [0.5]
    found = [Ideal("area", 0, np.full((height, width), (height * width) ** -0.5))]

    def add(kind: str, angle: int, picture: np.ndarray) -> None:
        picture = picture - picture.mean()
        norm = np.linalg.norm(picture)
        if norm > 1e-6:
            found.append(Ideal(kind, angle, picture / norm))

    for angle in range(0, 180, ANGLE_STEP):
        cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        along, across = x * cosine + y * sine, y * cosine - x * sine
        for place in places:
            add("edge", angle, np.clip((along - place) / RAMP, -1, 1))
            for size in sizes:
                add("line", angle, np.exp(-(((across - place) / size) ** 2) / 2))
    for up, right, size in itertools.product(places, places, sizes):
        add("spot", 0, np.exp(-((x - right) ** 2 + (y - up) ** 2) / (2 * size**2)))
    return found


def _words(ideal: Ideal, bright: bool) -> str:
    """An ideal picture, or its negative, in words."""
    shade = "bright" if bright else "dark"
    if ideal.kind == "area":
        return f"an evenly {shade} area"
    if ideal.kind == "spot":
        return f"a {shade} spot"
    if ideal.kind == "line":
        return f"a {shade} {_direction(ideal.angle)} line ({ideal.angle}°)"
    # An edge runs at a right angle to the direction in which it brightens.
    angle = (ideal.angle + 90) % 180
    side = SIDES[round((ideal.angle + (0 if bright else 180)) / 45) % 8]
    return f"a {_direction(angle)} edge ({angle}°), bright {side}"


def _direction(angle: int) -> str:
    """An angle in [0, 180) as a word."""
    return DIRECTIONS[round(angle / 45) % 4]


def _blurred(flat: np.ndarray) -> np.ndarray:
    """A kernel `(height, width)` after a Gaussian, with zeros around it."""
    blurs = []
    for size in flat.shape:
        steps = np.subtract.outer(np.arange(size), np.arange(size)) / (BLUR * size)
        blurs.append(np.exp(-(steps**2) / 2))
    return blurs[0] @ flat @ blurs[1].T
