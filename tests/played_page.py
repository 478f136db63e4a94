"""The page, open in headless Chromium: what it shows, and a user's hand on it."""

import base64
import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import chromium
import numpy as np
from PIL import Image

from kerasae.playground import site
from kerasae.playground.server import PageServer

# Keeps what the page shows, and lets a test wait for what it shows next.
LISTEN = """
window.shown = [];
window.after = (count) => new Promise((resolve, reject) => {
  const look = () => window.shown.length > count ? resolve(window.shown.length) : wait();
  const wait = () => document.addEventListener('shown', look, {once: true});
  setTimeout(() => reject(new Error('nothing new is shown')), 100000);
  look();
});
document.addEventListener('shown', ({detail}) => window.shown.push(detail));
"""
LAST = """(() => {
  const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value) : value;
  return Object.fromEntries(Object.entries(window.shown.at(-1)).map(([k, v]) => [k, plain(v)]));
})()"""


class Played:
    """A page that is open, and what it shows."""

    def __init__(self, page: chromium.Page, url: str):
        self.page, self.seen = page, 0
        page.window(1200, 900)
        page.call("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
        page.open(url)

    def shown(self) -> dict[str, Any]:
        """What it shows, once that is something new."""
        self.seen = self.page.evaluate(f"window.after({self.seen})")
        return self.page.evaluate(LAST)

    def places(self, *shares: tuple[float, float]) -> list[tuple[float, float]]:
        """Places on the pad, in the window, of shares of its width and height."""
        box = self.page.evaluate(
            "(() => { const b = document.getElementById('pad').getBoundingClientRect();"
            " return [b.x, b.y, b.width, b.height]; })()"
        )
        return [(box[0] + x * box[2], box[1] + y * box[3]) for x, y in shares]

    def set(self, selector: str, value: float) -> None:
        """Moves a slider."""
        self.page.evaluate(
            f"(() => {{ const s = document.querySelector({json.dumps(selector)});"
            f" s.value = {value}; s.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
        )

    def pixels(self, name: str) -> np.ndarray:
        """What a canvas holds, uint8 `(height, width, 4)`."""
        height, width, data = self.page.evaluate(
            f"(() => {{ const c = document.getElementById({json.dumps(name)});"
            " return [c.height, c.width, Array.from(c.getContext('2d')"
            ".getImageData(0, 0, c.width, c.height).data)]; })()"
        )
        return np.array(data, np.uint8).reshape(height, width, 4)

    def wait_for_image(self, name: str, expected: np.ndarray) -> None:
        """Waits until a canvas shows a grey image in [0, 1], to one of 8 bits."""
        wanted = json.dumps((np.clip(expected, 0, 1) * 255).ravel().tolist())
        self.page.evaluate(
            f"""(async (name, wanted) => {{
              const canvas = document.getElementById(name);
              for (;;) {{
                const {{data}} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                if (wanted.every((value, at) => Math.abs(value - data[4 * at]) <= 1)) return;
                await new Promise(requestAnimationFrame);
              }}
            }})({json.dumps(name)}, {wanted})"""  # noqa: E501 (a script)
        )

    def give(self, picture: np.ndarray) -> None:
        """Takes a picture from a file."""
        packed = io.BytesIO()
        Image.fromarray(picture).save(packed, "PNG")
        content = base64.b64encode(packed.getvalue()).decode()
        self.page.evaluate(
            f"""(() => {{
              const bytes = Uint8Array.from(atob('{content}'), (one) => one.charCodeAt(0));
              const files = new DataTransfer(), input = document.getElementById('picture');
              files.items.add(new File([bytes], 'picture.png', {{type: 'image/png'}}));
              input.files = files.files;
              input.dispatchEvent(new Event('change'));
            }})()"""
        )


@contextlib.contextmanager
def played(files: site.Site, profile: Path) -> Iterator[Played]:
    """A page, opened; whatever it complains of fails the test."""
    with PageServer(files) as server, chromium.page(profile) as page:
        Thread(target=server.serve_forever, daemon=True).start()
        found = Played(page, server.url)
        yield found
        asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
        server.shutdown()
    assert page.complaints == []
    assert all(name.startswith((server.url, "data:", "blob:")) for name in asked), asked
