"""LiteRT.js in headless Chromium on the functions with a fixed batch."""

import base64
import json
from threading import Thread

import chromium
import numpy as np
import pytest

from kerasae.playground import litert_js
from kerasae.playground.server import PageServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium.PROGRAM is None, reason=chromium.MISSING),
    pytest.mark.skipif(
        not litert_js.is_there(), reason=f"LiteRT.js isn't here: {litert_js.COMMAND}"
    ),
]
# As LiteRT.js documents it, nothing more.
PAGE = b"""<!doctype html><body>
<script type="importmap">
{"imports": {"@litertjs/wasm-utils": "./litert/wasm-utils.js"}}
</script>"""
SCRIPT = """(async (calls) => {
  const {loadLiteRt, loadAndCompile, Tensor} = await import('./litert/core.js');
  await loadLiteRt('./litert/wasm/');
  const answers = [];
  for (const call of calls) {
    const bytes = new Uint8Array(await (await fetch(call.path)).arrayBuffer());
    const model = await loadAndCompile(bytes, {accelerator: 'wasm'});
    const raw = Uint8Array.from(atob(call.input), (character) => character.charCodeAt(0)).buffer;
    const input = new Tensor(new Float32Array(raw), call.shape);
    const outputs = call.named ? await model.run(call.named, [input]) : await model.run([input]);
    answers.push(Array.from(outputs[0].toTypedArray()));
  }
  return answers;
})"""


def test_litert_js(exported_files, apart, tmp_path):
    """By name and as the function of a file that is asked for none; three images each."""
    _, folder, cases = exported_files
    site = {"index.html": PAGE, **{p.name: p for p in (folder / "tflite").iterdir()}}
    site |= {f"litert/{name}": litert_js.FOLDER / name for name in litert_js.names()}
    calls, expected = [], []
    for part, (values, outputs) in cases.items():
        for at, named in ((0, None), (0, f"{part}_batch_1"), (2, f"{part}_batch_1")):
            value = np.ascontiguousarray(values[at : at + 1])
            calls.append({
                "path": f"{part}_float32.tflite", "named": named, "shape": list(value.shape),
                "input": base64.b64encode(value.tobytes()).decode(),
            })  # fmt: skip
            expected.append(outputs[at])
    with PageServer(site) as server, chromium.page(tmp_path / "profile") as page:
        Thread(target=server.serve_forever, daemon=True).start()
        page.open(server.url)
        page.evaluate("new Promise((done) => document.readyState === 'complete'"
                      " ? done() : addEventListener('load', done))")  # fmt: skip
        answers = page.evaluate(f"{SCRIPT}({json.dumps(calls)})")
        server.shutdown()
    assert len(answers) == len(expected)
    for found, correct in zip(answers, expected, strict=True):
        assert apart(found, correct) < 1e-5
