import base64
import io
import random
import zlib

import numpy as np
import pytest
from PIL import Image

from kerasae.config import RunError
from kerasae.figures import drawing, style
from kerasae.figures.hover import DATA, HOVER, Mark, Placed
from kerasae.reporting import picture
from kerasae.reporting.picture import Picture


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    path = tmp_path_factory.mktemp("figures") / "line.png"
    drawing.save(path, marked)
    return path.read_bytes()


def marked(text="a dot"):
    figure = style.figure(1, 1)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 4), ylim=(0, 4))
    figure.marks.append(Mark(text, [(axes, (1, 1)), (axes, (3, 4))], thumbnail=0))
    figure.thumbnails = np.full((1, 2, 2, 3), 7, np.uint8)
    return figure


def test_a_whole_picture_is_read_apart_from_what_it_says(drawn, tmp_path):
    path = tmp_path / "line.png"
    path.write_bytes(drawn)
    found = picture.read(path)
    (mark,) = found.hover.marks
    assert mark == Placed("a dot", ((0.25, 0.75), (0.75, 0)), joined=False, thumbnail=0)
    tiles = base64.b64decode(found.hover.thumbnails.source.removeprefix(DATA))
    assert np.array_equal(Image.open(io.BytesIO(tiles)), np.full((2, 2, 3), 7))
    plain = tmp_path / "plain.png"
    plain.write_bytes(found.png)
    assert np.array_equal(Image.open(plain), Image.open(path))
    assert picture.read(plain) == Picture(found.png, None)


def test_a_picture_that_says_nothing_is_the_file(tmp_path):
    drawing.save(tmp_path / "empty.png", lambda: style.figure(1, 1))
    content = (tmp_path / "empty.png").read_bytes()
    assert picture.read(tmp_path / "empty.png") == Picture(content, None)


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 100_000,
        b"{}",
        b'{"marks": [{"text": "a", "at": [[null, 0]]}]}',
        b'{"marks": [], "thumbnails": {"source": "https://example.org/a.png", "columns": 1, '
        b'"rows": 1, "width": 1, "height": 1}}',
    ],
)
def test_what_a_picture_says_is_checked(said, drawn, tmp_path):
    """Whoever makes a chunk anew has the right checksum, too."""
    chunk = b"tEXt" + HOVER.encode() + b"\0" + said
    chunk = (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)
    path = tmp_path / "line.png"
    path.write_bytes(drawn[:33] + chunk + drawn[33:])  # Behind the first one, the header.
    with pytest.raises(RunError, match=r"line\.png is damaged"):
        picture.read(path)


def test_any_damage_is_refused(drawn, tmp_path):
    path, draw = tmp_path / "line.png", random.Random(0)
    places = [draw.randrange(len(drawn)) for _ in range(200)]
    flipped = [drawn[:at] + bytes([drawn[at] ^ 1]) + drawn[at + 1 :] for at in places]
    cut = [drawn[:at] for at in (0, 8, 12, len(drawn) - 12, len(drawn) - 1)]
    for content in (*flipped, *cut, drawn + b"x", b"[]", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(RunError, match=r"line\.png is damaged"):
            picture.read(path)
