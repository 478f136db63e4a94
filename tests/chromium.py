"""Headless Chromium, told what to do through its DevTools protocol, by a pair of pipes."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")
MISSING = "Chromium isn't installed"
SECONDS = 120  # A browser that says nothing for so long hangs.
# What a page may not say.
COMPLAINTS = ("error", "warning", "assert")


class Page:
    """One page of a browser.

    Attributes:
        complaints: What it wrote to the console as an error or a warning, what it threw, and
            what it couldn't load.
    """

    def __init__(self, send: int, receive: int):
        self._send, self._receive, self._buffer = send, receive, b""
        self._number, self._session = 0, None
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol; what happens meanwhile is looked at."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def open(self, url: str) -> None:
        """Goes to a page."""
        self.call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript; a promise is waited for."""
        found = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """Clicks an element, as a script would."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def drag(self, places: list[tuple[float, float]], touch: bool = False) -> None:
        """Presses, moves through places of the window, and lets go."""
        if touch:
            kinds = ["touchStart", *["touchMove"] * (len(places) - 1)]
            for kind, (x, y) in zip(kinds, places, strict=True):
                self.call("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y}])
            self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        kinds = ["mousePressed", *["mouseMoved"] * (len(places) - 1), "mouseReleased"]
        for kind, (x, y) in zip(kinds, [*places, places[-1]], strict=True):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, times: int = 1) -> None:
        """Presses a key of that name."""
        text = {"text": " "} if key == " " else {}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def picture(self, path: Path, width: int, height: int, dark: bool = False) -> None:
        """A picture of the page in a window of that size, in light or dark colours."""
        self.window(width, height, dark)
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def window(self, width: int, height: int, dark: bool = False) -> None:
        """The size of the window, and whether its colours are dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def _next(self) -> dict[str, Any]:
        """The next message."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._receive], [], [], SECONDS)
            assert ready, "Chromium doesn't answer"
            read = os.read(self._receive, 2**20)
            assert read, "Chromium ended"
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(line)
        self._look_at(message.get("method"), message.get("params", {}))
        return message

    def _look_at(self, method: str | None, content: dict[str, Any]) -> None:
        """Keeps what a page may not say."""
        if method == "Runtime.consoleAPICalled" and content["type"] in COMPLAINTS:
            self.complaints.append(" ".join(str(one.get("value")) for one in content["args"]))
        elif method == "Runtime.exceptionThrown":
            details = content["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and content["entry"]["level"] in COMPLAINTS:
            entry = content["entry"]
            self.complaints.append(f"{entry['text']} {entry.get('url', '')}")


@contextlib.contextmanager
def page(profile: Path) -> Iterator[Page]:
    """A page of a browser of its own.

    Args:
        profile: An empty folder for what the browser keeps.
    """
    theirs_in, send = os.pipe()
    receive, theirs_out = os.pipe()
    command = [PROGRAM, "--headless", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
               f"--user-data-dir={profile}",
               *(["--no-sandbox"] if os.geteuid() == 0 else [])]  # fmt: skip
    # It reads from 3 and writes to 4.
    shell = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
    browser = subprocess.Popen(
        ["bash", "-c", shell, "chromium", *command],
        pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(send, receive)
    finally:
        browser.terminate()
        browser.wait()
        os.close(send)
        os.close(receive)
        _remove(profile)


def _remove(profile: Path) -> None:
    """Removes a profile, which the browser's last processes may still write for a moment."""
    for _ in range(20):
        shutil.rmtree(profile, ignore_errors=True)
        if not profile.exists():
            return
        time.sleep(0.1)
