"""A page's pictures say what is pointed at, in a browser."""

import chromium
import fake_search
import pytest

from kerasae.figures import drawing, style
from kerasae.figures.hover import Mark, lines
from kerasae.reporting import search_page
from kerasae.tuning.open_search import open_search

pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason=chromium.MISSING)
LOADED = "window.loaded = new Promise((resolve) => addEventListener('load', resolve))"
PICTURE = """(() => {
  const {left, top, width, height} = document.querySelector("figure img").getBoundingClientRect();
  return [left, top, width, height];
})()"""
SAID = """[...document.querySelectorAll(".mark:not([hidden]) > *")].map((one) => one.textContent)"""
RINGS = """[...document.querySelectorAll("figure circle")].map((ring) => {
  const {left, top, width, height} = ring.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
})"""
EVIL = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
FIRST, SECOND = [EVIL, "error: 0.1"], ["second"]


def figure():
    drawn = style.figure(4, 4)
    drawn.set_layout_engine("none")
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    drawn.marks += [
        Mark(lines(FIRST[0], [("error", "0.1")]), [(axes, (0.3, 0.8)), (axes, (0.3, 0.3))]),
        Mark(SECOND[0], [(axes, (0.5, 0.9)), (axes, (0.9, 0.1))], joined=True),
    ]
    return drawn


@pytest.fixture
def page(tmp_path):
    search = open_search(fake_search.write(tmp_path / "search", trials=3))
    search.figures.mkdir()
    drawing.save(search.figures / "progress.png", figure)
    path = search_page.write(search, {})
    with chromium.page(tmp_path / "profile") as opened:
        opened.window(800, 800)
        opened.call("Page.addScriptToEvaluateOnNewDocument", source=LOADED)
        opened.open(path.as_uri())
        opened.evaluate("window.loaded")
        yield opened
        assert not opened.complaints
        assert opened.evaluate("window.ran") is None, "text is no program"


def point_at(page, x, y):
    """Moves the mouse to a place of the picture, shares of its sides; returns what is said."""
    page.evaluate("document.querySelector('figure').scrollIntoView()")
    left, top, width, height = page.evaluate(PICTURE)
    at = left + x * width, top + y * height
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=at[0], y=at[1])
    return page.evaluate(SAID)


def test_what_is_pointed_at_is_said_and_ringed(page):
    assert point_at(page, 0.31, 0.7) == FIRST
    left, top, width, height = page.evaluate(PICTURE)
    rings = [((x - left) / width, (y - top) / height) for x, y in page.evaluate(RINGS)]
    # The picture has a frame and a margin of a few pixels.
    assert rings == [pytest.approx(place, abs=0.02) for place in ((0.3, 0.2), (0.3, 0.7))]
    assert point_at(page, 0.7, 0.5) == SECOND, "between the places that a line joins"
    assert point_at(page, 0.05, 0.95) == [], "nothing is near"


def test_arrow_keys_go_from_mark_to_mark(page):
    page.evaluate("document.querySelector('figure > a:not(.close)').focus()")
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Escape"):
        page.press(key)
        said.append(page.evaluate(SAID))
    assert said == [FIRST, SECOND, FIRST, SECOND, []]
