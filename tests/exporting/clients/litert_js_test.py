"""LiteRT.js in headless Chromium on the functions with a fixed batch."""

import base64
import http.server
import json
import os
import subprocess
import threading

import chromium
import numpy as np
import pytest

from kerasae.playground import litert_js

pytestmark = pytest.mark.slow
SECONDS = 120
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
PAGE = """<!doctype html>
<script type="importmap">
{"imports": {"@litertjs/wasm-utils": "/npm/wasm-utils.js"}}
</script>
<script type="module">
let answers = [];
try {
  const {loadLiteRt, loadAndCompile, Tensor} = await import('/npm/core.js');
  await loadLiteRt('/npm/wasm/');
  for (const call of await (await fetch('/calls.json')).json()) {
    const bytes = new Uint8Array(await (await fetch('/files/' + call.path)).arrayBuffer());
    const model = await loadAndCompile(bytes, {accelerator: 'wasm'});
    const raw = Uint8Array.from(atob(call.input), (character) => character.charCodeAt(0)).buffer;
    const input = new Tensor(new Float32Array(raw), call.shape);
    const outputs = call.named ? await model.run(call.named, [input]) : await model.run([input]);
    answers.push(Array.from(outputs[0].toTypedArray()));
  }
} catch (error) {
  answers = String(error);
}
await fetch('/answers', {method: 'POST', body: JSON.stringify(answers)});
</script>"""


class Site(http.server.ThreadingHTTPServer):
    """Serves the page, the package and the files on this machine; keeps the answers."""

    def __init__(self, files, calls):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.calls = files, calls
        self.answers, self.answered = None, threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        folders = {"/npm/": litert_js.FOLDER, "/files/": self.server.files}
        made = {"/": (PAGE, ".html"), "/calls.json": (json.dumps(self.server.calls), ".json")}
        if path in made:
            return self.reply(made[path][0].encode(), TYPES.get(made[path][1], "text/html"))
        for prefix, folder in folders.items():
            file = folder / path.removeprefix(prefix)
            if path.startswith(prefix) and file.is_file():
                return self.reply(file.read_bytes(), TYPES.get(file.suffix, "application/data"))
        return self.send_error(404)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.answers = json.loads(self.rfile.read(length))
        self.server.answered.set()
        self.reply(b"", "text/plain")

    def reply(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


def in_chromium(files, calls, profile):
    """What the page answers to these calls."""
    site = Site(files, calls)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    command = [chromium.PROGRAM, "--headless", "--disable-gpu", f"--user-data-dir={profile}",
               *(["--no-sandbox"] if os.geteuid() == 0 else []),
               f"http://127.0.0.1:{site.server_port}/"]  # fmt: skip
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert site.answered.wait(SECONDS), "the page didn't answer"
    finally:
        browser.terminate()
        browser.wait()
        site.shutdown()
    return site.answers


@pytest.mark.skipif(chromium.PROGRAM is None, reason=chromium.MISSING)
@pytest.mark.skipif(not litert_js.is_there(), reason=f"LiteRT.js isn't here: {litert_js.COMMAND}")
def test_litert_js(exported_files, apart, tmp_path):
    """By name and as the function of a file that is asked for none; three images each."""
    _, folder, cases = exported_files
    calls, expected = [], []
    for part, (values, outputs) in cases.items():
        for at, named in ((0, None), (0, f"{part}_batch_1"), (2, f"{part}_batch_1")):
            value = np.ascontiguousarray(values[at : at + 1])
            calls.append({
                "path": f"{part}_float32.tflite", "named": named, "shape": list(value.shape),
                "input": base64.b64encode(value.tobytes()).decode(),
            })  # fmt: skip
            expected.append(outputs[at])
    answers = in_chromium(folder / "tflite", calls, tmp_path / "profile")
    assert isinstance(answers, list), answers
    assert len(answers) == len(expected)
    for found, correct in zip(answers, expected, strict=True):
        assert apart(found, correct) < 1e-5
