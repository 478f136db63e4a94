"""The benchmark of exported encoders: it measures what it says, and refuses other work."""

import json

import numpy as np
import pytest

from benchmarks import artefact_process, artefact_worker, artefacts
from kerasae.config import ConfigError, RunError


def row(contender, latency, speed, size=None, threads=1):
    return {"contender": contender, "threads": threads, "latency_ms": latency,
            "latency_spread_ms": 0.0, "images_per_s": speed, "images_per_s_spread": 0.0,
            "bytes": size}  # fmt: skip


def test_goals():
    rows = [
        row("keras_predict", 60.0, 1000.0, threads=2),
        row("saved_model", 1.0, 9000.0, threads=2),
        row("tflite_float32", 0.1, 5000.0, 400),
        row("tflite_int8", 0.05, 8000.0, 100),
        row("tflite_int8", 0.01, 8000.0, 100, threads=2),
        row("pytorch", 0.5, 3000.0, threads=2),
    ]
    assert [(reached, wanted) for _, reached, wanted in artefacts.goals(rows)] == [
        (pytest.approx(1200), 1000), (pytest.approx(10), 5), (4, 3.5), (3, 2)]  # fmt: skip
    assert "| tflite_float32 | 1 | 0.1000 ± 0.0000 | 5,000 ± 0 | 0 |" in artefacts.table(rows)


def test_a_call_is_timed_alone():
    naps = iter([0.0] * 3 + [0.02] * 1000)

    def encode(images):
        artefact_worker.time.sleep(next(naps))

    assert 0.02 <= artefact_worker.measure(encode, None, 0.2) < 0.03


@pytest.mark.parametrize("precision", ["float32", "float16", "int8"])
def test_litert_makes_the_golden_codes(published, precision):
    folder = published[0]
    stored = np.load(folder / "golden.npz", allow_pickle=False)
    encode = artefact_worker.CONTENDERS[f"tflite_{precision}"](folder, 1)
    most = artefacts.MOST_APART * np.abs(stored["code"]).max()
    for count in (16, 1, 16):
        codes = encode(stored["image"][:count])
        assert np.abs(codes - stored["code"][:count]).max() <= most


class FakeProcess:
    """A contender that says what a test wants."""

    def __init__(self, *lines):
        self.stdin, self.stdout = self, self
        self.lines = [*map(json.dumps, lines)]
        self.turns = 0

    def readline(self):
        return self.lines.pop(0) if self.lines else ""

    def write(self, _):
        self.turns += 1

    def flush(self): ...
    def kill(self): ...
    def communicate(self): ...
    def wait(self):
        return 1


def measured(monkeypatch, folder, *lines):
    only = artefacts.Contender("tflite_int8", 1, "tflite/encoder_int8.tflite")
    monkeypatch.setattr(artefacts, "contenders", lambda _: [only])

    def start(folder, name, threads, log):
        log.write_text("Traceback …\nMemoryError: said before it failed\n")
        return FakeProcess(*lines)

    monkeypatch.setattr(artefacts.artefact_process, "start", start)
    return artefacts.measure(folder, 3, 1)


def test_medians_over_turns(published, monkeypatch):
    turns = [{"latency_ms": value, "images_per_s": 10 * value} for value in (3.0, 1.0, 9.0)]
    (found,) = measured(monkeypatch, published[0], {"difference": 0.0}, *turns)
    assert (found["latency_ms"], found["images_per_s"]) == (3, 30)
    assert found["latency_spread_ms"] == 4
    size = (published[0] / "tflite" / "encoder_int8.tflite").stat().st_size
    assert found["bytes"] == size


def test_other_codes_are_refused(published, monkeypatch):
    with pytest.raises(RunError, match=r"The codes of tflite_int8 differ by 0\.2"):
        measured(monkeypatch, published[0], {"difference": 0.2})


def test_a_contender_that_fails_is_reported_with_what_it_said(published, monkeypatch):
    told = "tflite_int8 failed: exit code 1.\nTraceback …\nMemoryError: said before it failed"
    with pytest.raises(RunError, match=f"^{told}$"):
        measured(monkeypatch, published[0], {"difference": 0.0})


def test_a_worker_that_ends_at_once(tmp_path):
    log = tmp_path / "worker.log"
    process = artefact_process.start(tmp_path, "tflite_int8", 1, log)
    with pytest.raises(RunError, match=r"(?s)tflite_int8 failed: exit code 1\..*golden\.npz"):
        artefact_process.ask("tflite_int8", process, log)
    process.communicate()


def test_a_missing_pytorch_is_reported_before_anything_starts(monkeypatch, tmp_path):
    monkeypatch.setattr(artefacts.importlib.util, "find_spec", lambda _: None)
    line = artefacts.command_line()
    line.parse(["artefacts", f"--saved_model={tmp_path}"])
    with pytest.raises(ConfigError, match=r"^PyTorch, .* is not installed here; `make bench`"):
        artefacts.main(line)


@pytest.mark.parametrize("pools_first", [False, True])
def test_the_twin_makes_the_same_codes(pools_first):
    torch = pytest.importorskip("torch", reason="PyTorch is for the benchmarks only")
    from benchmarks import artefact_twin
    from kerasae.models.autoencoder import build_autoencoder
    from kerasae.models.families import pooled

    config = pooled.Config(filters=(4, 3), dense_sizes=(6,), latent_dim=5,
                           dense_activation="leaky_relu")  # fmt: skip
    encoder = build_autoencoder("pooled", config, (21, 14, 1)).encoder
    weights = {layer.name: layer.get_weights() for layer in encoder.layers}
    units = np.random.default_rng(0).random((7, 21, 14, 1), np.float32)
    twin = artefact_twin.Encoder(vars(config), weights, pools_first).eval()
    with torch.inference_mode():
        codes = twin(torch.from_numpy(units).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(codes, encoder(units), atol=1e-5)
