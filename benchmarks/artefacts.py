"""Measures the files of a version side by side: python -m benchmarks.artefacts --saved_model=…"""

import contextlib
import dataclasses
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import artefact_process, recording
from kerasae import cli, cli_flags, csv_files, files
from kerasae.config import RunError, require
from kerasae.exporting import manifest

USAGE = """Images a second and the latency of one image, for every way to run an exported encoder
and for a twin of it in PyTorch. Each is a process of its own, measured in turns. Needs PyTorch
and a machine with nothing else to do.

  python -m benchmarks.artefacts --saved_model=saved_models/cognition/1
"""
PACKAGES = ("tensorflow", "keras", "ai-edge-litert", "torch", "numpy")
COLUMNS = ["contender", "threads", "latency_ms", "latency_spread_ms", "images_per_s",
           "images_per_s_spread", "bytes"]  # fmt: skip
# Largest difference from the golden codes: the same work must be done by all.
MOST_APART = 0.05


@dataclasses.dataclass(frozen=True)
class Contender:
    """One way to run the encoder.

    Attributes:
        name: In `artefact_worker.CONTENDERS`.
        threads: As many as it may use.
        path: Its file in the version folder; None for the twin.
    """

    name: str
    threads: int
    path: str | None


def contenders(cores: int) -> list[Contender]:
    """All of them; LiteRT with one thread and with two."""
    files_of_tflite = [
        Contender(f"tflite_{kind}", threads, f"tflite/encoder_{kind}.tflite")
        for kind in ("float32", "float16", "int8")
        for threads in (1, 2)
    ]
    return [
        Contender("keras_predict", cores, "keras/autoencoder.keras"),
        Contender("saved_model", cores, "variables/variables.data-00000-of-00001"),
        *files_of_tflite,
        Contender("pytorch", cores, None),
        Contender("pytorch_pools_first", cores, None),
    ]


def measure(folder: Path, turns: int, cores: int) -> list[dict[str, Any]]:
    """A row for each contender: medians over the turns, spread as the quartiles' distance.

    Raises:
        RunError: for a contender that fails or whose codes are others.
    """
    sizes = manifest.read(folder).files
    found: dict[Contender, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as ends:
        running = []
        for number, contender in enumerate(contenders(cores)):
            log = Path(scratch) / f"{number}.log"
            process = artefact_process.start(folder, contender.name, contender.threads, log)
            ends.callback(_end, process)
            running.append((contender, (contender.name, process, log)))
        for contender, one in running:
            found[contender] = []
            apart = artefact_process.answer(*one)["difference"]
            if not apart <= MOST_APART:
                raise RunError(f"The codes of {contender.name} differ by {apart:.2g}.")
        for turn in range(turns):
            print(f"turn {turn + 1} of {turns}", file=sys.stderr)
            for contender, one in running:
                found[contender].append(artefact_process.ask(*one))
    return [
        {
            "contender": contender.name,
            "threads": contender.threads,
            **_summary(turns_of),
            "bytes": sizes[contender.path].bytes if contender.path else None,
        }
        for contender, turns_of in found.items()
    ]


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def _summary(turns: list[dict[str, float]]) -> dict[str, float]:
    summary = {}
    for name, spread in (
        ("latency_ms", "latency_spread_ms"),
        ("images_per_s", "images_per_s_spread"),
    ):
        measured = recording.summary([turn[name] for turn in turns])
        summary |= {name: measured.median, spread: measured.spread}
    return summary


def goals(rows: list[dict[str, Any]]) -> Iterator[tuple[str, float, float]]:
    """Title, what was reached and what must be."""
    of = {(row["contender"], row["threads"]): row for row in rows}
    eight, keras, torch, saved = (
        next(row for (name, _), row in of.items() if name == wanted)
        for wanted in ("tflite_int8", "keras_predict", "pytorch", "saved_model")
    )
    yield "int8 faster than predict, one image", keras["latency_ms"] / eight["latency_ms"], 1000
    yield "int8 faster than PyTorch, one image", torch["latency_ms"] / eight["latency_ms"], 5
    yield "int8 smaller than float32", of["tflite_float32", 1]["bytes"] / eight["bytes"], 3.5
    faster = saved["images_per_s"] / torch["images_per_s"]
    yield "SavedModel faster than PyTorch, 256 images", faster, 2


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown."""
    lines = ["| encoder | threads | one image, ms | images a second, batches of 256 | KB |",
             "|---|---:|---:|---:|---:|"]  # fmt: skip
    for row in rows:
        size = "" if row["bytes"] is None else f"{row['bytes'] / 1000:.0f}"
        lines.append(
            f"| {row['contender']} | {row['threads']} | {row['latency_ms']:.4f} ± "
            f"{row['latency_spread_ms']:.4f} | {row['images_per_s']:,.0f} ± "
            f"{row['images_per_s_spread']:,.0f} | {size} |"
        )
    return "\n".join(lines)


def command_line() -> cli_flags.CommandLine:
    """The flags of the benchmark."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "saved_model", str, "saved_models/cognition/1", "a version folder")
    line.add("Run", "turns", int, 7, "measurements of each")
    line.add("Run", "out", str, "benchmarks/results", "folder for artefacts.json and .csv")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures, prints the table and keeps it."""
    folder, turns = Path(line.values["saved_model"].value), line.values["turns"].value
    require(turns >= 1, "--turns must be 1 or more.", turns=turns)
    # Told before anything is measured; the twin would fail with it much later.
    require(
        importlib.util.find_spec("torch") is not None,
        "PyTorch, which the encoder's twin is of, is not installed here; `make bench` installs it "
        "into an environment of its own.",
        saved_model=folder,
    )
    cores = os.cpu_count() or 1
    rows = measure(folder, turns, cores)
    reached = [
        {"goal": title, "reached": ratio, "wanted": wanted} for title, ratio, wanted in goals(rows)
    ]
    out = Path(line.values["out"].value)
    facts = {
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "cores": cores,
        "turns": turns,
    }
    files.write_json(out / "artefacts.json", {"environment": facts, "goals": reached, "rows": rows})
    csv_files.write(out / "artefacts.csv", COLUMNS, rows)
    print(table(rows))
    for goal in reached:
        print(f"{goal['goal']}: {goal['reached']:.1f} times, wanted {goal['wanted']:g}")


if __name__ == "__main__":
    cli.run(command_line, main)
