"""The versions that a card and the guide name are those that are tried here."""

from documents import ROOT

from kerasae.exporting import clients
from kerasae.playground import litert_js


def test_versions():
    pins = dict(
        line.split("==") for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    )  # fmt: skip
    tried = (f"OpenVINO {pins['openvino']}", f"LiteRT.js {litert_js.VERSION}, in Chromium")
    assert tuple(one.name for one in clients.OTHERS) == tried
    guide = (ROOT / "docs" / "guides" / "ship.md").read_text()
    assert all(f"\n| {one.name}" in guide for one in clients.OTHERS)
