import random

import matplotlib.pyplot as plt
import pytest

from kerasae.config import RunError
from kerasae.figures import drawing
from kerasae.reporting import picture


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    path = tmp_path_factory.mktemp("figures") / "line.png"
    drawing.save(path, lambda: plt.figure(figsize=(1, 1)))
    return path.read_bytes()


def test_a_whole_picture_is_read(drawn, tmp_path):
    path = tmp_path / "line.png"
    path.write_bytes(drawn)
    assert picture.read(path) == drawn


def test_any_damage_is_refused(drawn, tmp_path):
    path, draw = tmp_path / "line.png", random.Random(0)
    places = [draw.randrange(len(drawn)) for _ in range(200)]
    flipped = [drawn[:at] + bytes([drawn[at] ^ 1]) + drawn[at + 1 :] for at in places]
    cut = [drawn[:at] for at in (0, 8, 12, len(drawn) - 12, len(drawn) - 1)]
    for content in (*flipped, *cut, drawn + b"x", b"[]", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(RunError, match=r"line\.png is damaged"):
            picture.read(path)
