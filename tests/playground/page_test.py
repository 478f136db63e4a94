"""The page in headless Chromium, beside Python; nothing is complained of on its console."""

import chromium
import numpy as np
import pytest
import tensorflow as tf
from made_pages import small_card, write_parts
from played_page import played

from kerasae.data import pixels
from kerasae.exporting.quantisation import dequantised
from kerasae.exporting.targets import saved_model, tflite
from kerasae.playground import browser_files, known_images, site
from kerasae.playground.browser_files import BrowserFiles

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.PROGRAM is None, reason=chromium.MISSING),
    pytest.mark.usefixtures("litert"),
]
CLOSE = {"atol": 1e-3}


@pytest.fixture(scope="module")
def open_page(shown, tmp_path_factory):
    """The page of the small export; its tests go on from each other's drawings."""
    with played(shown.site, tmp_path_factory.mktemp("profile")) as page:
        page.shown()  # An example, to begin with.
        yield page


@pytest.fixture(scope="module")
def model(shown):
    """A signature of the export's SavedModel on an image of 8 bits or in [0, 1]."""
    runner = saved_model.Runner(shown.config.path)

    def run(signature, values):
        return {k: v[0] for k, v in runner.run(signature, np.asarray(values)[np.newaxis]).items()}

    return run


def require_as_in_python(found, shown, model):
    """Compares all that a page shows of an image with the SavedModel's outputs."""
    given = np.array(found["given"], np.float32).reshape(12, 12, 1)
    code = model("encode_float", given)["code"]
    np.testing.assert_allclose(found["code"], code, **CLOSE)
    decoded = model("decode", code)["reconstruction"]
    np.testing.assert_allclose(found["reconstruction"], decoded.ravel(), **CLOSE)
    assert abs(found["error"] - np.mean(np.square(given - decoded))) < 1e-3
    read = model("classify_ridge_float", given)
    np.testing.assert_allclose(found["readout"]["scores"], read["scores"], **CLOSE)
    assert found["readout"]["best"] == np.argmax(read["scores"])
    distances = np.linalg.norm(shown.known.codes - code, axis=1)
    nearest = [one["number"] for one in found["nearest"]]
    told = [one["distance"] for one in found["nearest"]]
    np.testing.assert_allclose(told, distances[nearest], **CLOSE)
    np.testing.assert_allclose(told, np.sort(distances)[: len(nearest)], **CLOSE)
    plane = known_images.code_map(shown.known.codes)
    np.testing.assert_allclose(found["place"], plane.axes @ (code - plane.mean), **CLOSE)


def in_training(picture, shape, fit="stretch", background="black"):
    """What a training makes of a picture, uint8."""
    image = pixels.to_channels(tf.constant(picture), shape[2])
    return pixels.fit(image, shape[:2], fit, background).numpy()


def require_same_pixels(found, expected):
    """Equal but for the last of 8 bits where a sum lies between two."""
    differences = np.abs(np.reshape(found, expected.shape).astype(int) - expected)
    assert differences.max() <= 1 and np.mean(differences > 0) < 0.02


def test_a_drawing(open_page, shown, model):
    open_page.page.drag(open_page.places((0.3, 0.2), (0.6, 0.3), (0.4, 0.7)))
    found = open_page.shown()
    while open_page.seen < open_page.page.evaluate("window.shown.length"):
        found = open_page.shown()
    require_same_pixels(found["bytes"], in_training(open_page.pixels("pad")[..., :3], (12, 12, 1)))
    assert np.max(found["bytes"]) > 128
    require_as_in_python(found, shown, model)
    said = open_page.page.evaluate("document.querySelector('.scores .best .class').textContent")
    assert said == str(found["readout"]["best"])


def test_finger_and_keys_draw_too(open_page):
    page = open_page.page
    for draw in (
        lambda: page.drag(open_page.places((0.2, 0.8), (0.5, 0.5)), touch=True),
        lambda: (page.evaluate("document.getElementById('pad').focus()"), page.press(" "),
                 page.press("ArrowRight", 3), page.press(" ")),
    ):  # fmt: skip
        page.click("#clear")
        assert np.max(open_page.shown()["bytes"]) == 0
        draw()
        assert np.max(open_page.shown()["bytes"]) > 100


def test_noise_and_occlusion(open_page, shown, model):
    page = open_page.page
    page.click("#example")
    found = open_page.shown()
    clean = np.array(found["given"])
    words = page.evaluate("document.getElementById('error-words').textContent")
    share = np.floor(1000 * np.mean(shown.known.errors < found["error"])) / 10
    assert f"larger than that of {share:.1f} % of the test images" in words
    open_page.set("#noise", 0.3)
    noisy = open_page.shown()
    differences = np.array(noisy["given"]) - clean
    assert 0.05 < differences.std() < 0.3 and np.min(noisy["given"]) >= 0
    require_as_in_python(noisy, shown, model)
    open_page.set("#noise", 0)
    open_page.shown()
    open_page.set("#occlusion", 0.25)
    hidden = open_page.shown()
    assert np.sum(np.array(hidden["given"]) == 0.5) >= 36  # A square of 6x6.
    require_as_in_python(hidden, shown, model)
    open_page.set("#occlusion", 0)
    np.testing.assert_array_equal(open_page.shown()["given"], clean)


def test_a_moved_code_is_decoded(open_page, shown, model):
    open_page.page.click("#example")
    code = np.array(open_page.shown()["code"], np.float32)
    code[2] = shown.known.codes[:, 2].max()
    open_page.set("#code input:nth-child(3)", float(code[2]))
    decoded = model("decode", code)["reconstruction"]
    open_page.wait_for_image("reconstruction", decoded)
    words = open_page.page.evaluate("document.getElementById('code-words').textContent")
    assert words.startswith("Moved by hand")
    open_page.page.click("#back")


def test_a_walk_ends_where_it_should(open_page):
    page = open_page.page
    page.click("#example")
    found = open_page.shown()
    page.click("#take-to")
    page.click("#take-from")
    # Between an image and itself every step is its reconstruction.
    open_page.wait_for_image("between", np.array(found["reconstruction"]))


def test_a_picture_comes_to_size_as_in_training(open_page, shown, model):
    picture = np.random.default_rng(1).integers(0, 256, (40, 31, 3), np.uint8)
    open_page.give(picture)
    found = open_page.shown()
    require_same_pixels(found["bytes"], in_training(picture, (12, 12, 1)))
    require_as_in_python(found, shown, model)


def test_everything_has_a_name_for_a_screen_reader(open_page):
    page = open_page.page
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select, canvas, svg')].filter((one) =>"
        " !(one.ariaHidden || one.getAttribute('aria-label') || one.textContent.trim()"
        " || one.labels?.length))"
        ".map((one) => one.outerHTML)"
    )
    assert nameless == []


def test_files_of_8_bits(shown, tmp_path):
    """They take and give stored numbers; the page shows the real ones."""
    version = shown.config.path
    parts = ("encoder", "decoder", "classifier_ridge")
    paths = {part: version / tflite.path_of(part, "int8") for part in parts}
    runnable = BrowserFiles(paths, True, "int8")
    images = shown.known.images[:2]
    page = site.make(shown.card, runnable, images, None, None, "There are none.")
    with played(page, tmp_path / "profile") as opened:
        found = opened.shown()
    given = np.array(found["given"], np.float32).reshape(1, 12, 12, 1)
    for part, values, output in (
        ("encoder", given, found["code"]),
        ("decoder", np.array([found["code"]], np.float32), found["reconstruction"]),
        ("classifier_ridge", given, found["readout"]["scores"]),
    ):
        runner, function = tflite.Runner(paths[part]), browser_files.one(part)
        (stored,) = runner.run(function, values).values()
        details = runner.details(function)["output"]
        expected = dequantised(stored, details).ravel()
        # Another processor may round a sum the other way, by one step.
        np.testing.assert_allclose(output, expected, atol=1.01 * details["scale"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An untrained model of colour images, with a spatial code."""
    return write_parts(tmp_path_factory.mktemp("made"), (14, 9, 3))


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_colour_another_size_and_no_readout(fit, made, tmp_path):
    """On a white background, without test images."""
    card = small_card((14, 9, 3), made.card.code.size, fit=fit, background="white")
    page = site.make(card, made.files, made.images, None, None, "There are none.")
    model = made.exported.autoencoder
    picture = np.random.default_rng(2).integers(0, 256, (25, 33, 3), np.uint8)
    with played(page, tmp_path / "profile") as opened:
        first = opened.shown()
        np.testing.assert_array_equal(first["bytes"], made.images[0].ravel())
        opened.give(picture)
        found = opened.shown()
        require_same_pixels(found["bytes"], in_training(picture, (14, 9, 3), fit, "white"))
        given = np.array(found["given"], np.float32).reshape(1, 14, 9, 3)
        np.testing.assert_allclose(found["code"], model.encoder(given)[0], **CLOSE)
        reconstruction = np.reshape(found["reconstruction"], (1, 14, 9, 3))
        np.testing.assert_allclose(reconstruction, model.model(given), **CLOSE)
        assert abs(found["error"] - float(model.errors(given)[0])) < 1e-3
        assert "nearest" not in found or found["nearest"] is None
