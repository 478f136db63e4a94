"""What comes out of every kind of picture, and what is said of those that are none."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from kerasae.data import pictures
from kerasae.data.pictures import BrokenPictureError

RGB = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
GREY = RGB[..., 0]


def stored(image, kind="PNG", **options):
    """A picture as an open file."""
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def decoded(file, channels=3, background="black"):
    file.seek(0)
    return pictures.decode(file, channels, background)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF"])
def test_grey_pictures_come_back_as_they_were(kind):
    file = stored(GREY, kind)
    header = pictures.read_header(file)
    assert (header.height, header.width, header.colour, header.transparent) == (5, 7, False, False)
    np.testing.assert_array_equal(decoded(file, 1)[..., 0], GREY)
    np.testing.assert_array_equal(decoded(file, 3), np.stack([GREY] * 3, axis=-1))


@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_so_do_colours(kind):
    file = stored(RGB, kind)
    assert pictures.read_header(file).colour
    np.testing.assert_array_equal(decoded(file), RGB)


def test_jpeg_nearly_does():
    smooth = np.uint8(np.indices((16, 16)).sum(axis=0) * 8)
    file = stored(smooth, "JPEG", quality=95)
    assert not pictures.read_header(file).colour
    assert abs(decoded(file, 1)[..., 0].astype(int) - smooth).max() < 8
    assert pictures.read_header(stored(RGB, "JPEG")).colour


def test_the_upper_bits_of_sixteen():
    deep = np.arange(256, dtype=np.uint16).reshape(16, 16) * 257
    file = stored(deep)
    assert not pictures.read_header(file).colour
    np.testing.assert_array_equal(decoded(file, 1)[..., 0].ravel(), np.arange(256))


def test_one_bit():
    np.testing.assert_array_equal(decoded(stored(GREY > 99), 1)[..., 0], 255 * (GREY > 99))


def test_a_palette_is_what_it_stands_for():
    colours = Image.fromarray(RGB).quantize(8)
    file = stored(colours)
    assert pictures.read_header(file).colour
    np.testing.assert_array_equal(decoded(file), np.asarray(colours.convert("RGB")))
    greys = Image.fromarray(GREY).quantize(8)
    file = stored(greys)
    assert not pictures.read_header(file).colour
    np.testing.assert_array_equal(decoded(file, 1)[..., 0], np.asarray(greys.convert("L")))


def test_the_first_picture_of_a_gif():
    frames = [Image.fromarray(image) for image in (GREY, 255 - GREY)]
    file = stored(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(decoded(file, 1)[..., 0], GREY)


class TestTransparency:
    ALPHA = np.array([[0, 255, 128]], np.uint8)

    @pytest.mark.parametrize(("background", "expected"), [("black", [0, 200, 100]),
                                                          ("white", [255, 200, 227])])  # fmt: skip
    def test_it_is_laid_on_a_colour(self, background, expected):
        light = np.full((1, 3), 200, np.uint8)
        grey = np.dstack([light, self.ALPHA])
        file = stored(Image.frombytes("LA", (3, 1), grey.tobytes()))
        assert pictures.read_header(file).transparent
        assert not pictures.read_header(file).colour
        np.testing.assert_allclose(decoded(file, 1, background).ravel(), expected, atol=1)
        file = stored(np.dstack([light, light, light, self.ALPHA]))
        assert pictures.read_header(file).transparent
        np.testing.assert_allclose(decoded(file, 3, background)[0, :, 1], expected, atol=1)

    def test_of_one_colour_of_a_palette(self):
        image = Image.fromarray(np.array([[0, 1]], np.uint8), mode="P")
        image.putpalette([9, 9, 9, 50, 60, 70])
        file = stored(image, transparency=0)
        assert pictures.read_header(file).transparent
        assert decoded(file, 3, "white").tolist() == [[[255, 255, 255], [50, 60, 70]]]


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [(1, lambda a: a), (2, np.fliplr), (3, lambda a: np.rot90(a, 2)), (4, np.flipud),
     (5, lambda a: a.T), (6, lambda a: np.rot90(a, -1)), (7, lambda a: np.rot90(a, 2).T),
     (8, np.rot90)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_it_is_turned_as_exif_says(kind, orientation, turn):
    """As the standard's table of orientations has it."""
    image = np.zeros((16, 24), np.uint8)
    image[:8, :8], image[:8, 16:] = 250, 120
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = stored(image, kind, exif=exif)
    expected = turn(image)
    header = pictures.read_header(file)
    assert (header.height, header.width) == expected.shape
    assert abs(decoded(file, 1)[..., 0].astype(int) - expected).max() < 30


def png(width, height):
    """A PNG that says it is so large."""

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))  # fmt: skip

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.mark.parametrize("side", [60_000, 8_193])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_huge_one_is_refused_by_its_header(side):
    for look in (pictures.read_header, decoded):
        with pytest.raises(BrokenPictureError, match="67,108,864"):
            look(io.BytesIO(png(side, side)))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM"])
def test_what_is_no_picture(content):
    for look in (pictures.read_header, decoded):
        with pytest.raises(BrokenPictureError):
            look(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF"])
def test_one_that_is_cut_off_does_not_end_as_it_should_and_is_not_decoded(kind):
    image = np.random.default_rng(1).integers(0, 256, (40, 40), np.uint8)
    content = stored(image, kind).getvalue()
    assert kind == "BMP" or pictures.read_header(io.BytesIO(content)).ended
    cut = io.BytesIO(content[: len(content) // 2])
    with contextlib.suppress(BrokenPictureError):
        assert not pictures.read_header(cut).ended
    with pytest.raises(BrokenPictureError):
        decoded(cut)
