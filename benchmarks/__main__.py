"""Measures kerasae beside its peers: make bench, or python -m benchmarks"""

import importlib.util
import time
from pathlib import Path

from benchmarks import growth, jobs, picture, recording, startup, steps, training
from benchmarks.settings import Settings
from kerasae import cli, cli_flags, files, wording
from kerasae.config import require, require_known

USAGE = """Measures training beside plain Keras and PyTorch, the parts of a step, growth,
start-up and whole jobs. Needs the environment of `make bench`, MNIST and a machine with nothing
else to do.

  python -m benchmarks
  python -m benchmarks --parts=training,steps --out=measured
"""
TITLES = {
    training.NAME: "Training, images a second",
    steps.NAME: "Where a step's time goes",
    growth.NAME: "Growth",
    startup.NAME: "Start-up",
    jobs.NAME: "Whole jobs",
}
PARTS = {module.NAME: module for module in (training, steps, growth, startup, jobs)}


def command_line() -> cli_flags.CommandLine:
    """The flags of the benchmarks."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "parts", tuple[str, ...], tuple(PARTS), "what to measure")
    line.add(
        "Run",
        "out",
        str | None,
        None,
        "folder for the results",
        shown_default="benchmarks/results; none with --quick",
    )
    line.add("Run", "quick", bool, False, "a try on the embedded digits; its numbers say nothing")
    line.add(
        "Data",
        "data_dir",
        str | None,
        None,
        "folder of TFDS datasets; without it $TFDS_DATA_DIR, then ~/tensorflow_datasets",
    )
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures part by part; each is kept as soon as it is done."""
    parts, quick = line.values["parts"].value, line.values["quick"].value
    require(bool(parts), "--parts must name at least one.", parts=parts)
    for name in parts:
        require_known("--parts", name, PARTS)
    settings = Settings(quick, line.values["data_dir"].value)
    settings.check_data()
    require(
        training.NAME not in parts or importlib.util.find_spec("torch") is not None,
        "PyTorch is not installed here; `make bench` installs it into an environment of its own.",
        parts=parts,
    )
    out = line.values["out"].value
    folder = Path(out) if out else None if quick else recording.RESULTS
    began = time.perf_counter()
    for name in parts:
        rows, facts = PARTS[name].measure(settings)
        print(f"\n## {TITLES[name]}\n\n{PARTS[name].table(rows, facts)}", flush=True)
        if folder:
            recording.save(name, rows, facts, folder)
            if name == training.NAME:
                picture.draw(rows, facts, folder)
            files.write_text(folder / "README.md", page(folder))
    print(f"\nMeasured in {wording.duration(time.perf_counter() - began)}.")


def page(folder: Path) -> str:
    """Every result that is in a folder, on one page."""
    sections = ["# Benchmarks\n\nMade by `make bench`; `BUILD.md` says what is measured and how.\n"]
    for name, module in PARTS.items():
        path = folder / f"{name}.json"
        if path.exists():
            found = files.read_json(path)
            rows = found.pop("rows")
            about = found["environment"]
            versions = ", ".join(f"{key} {value}" for key, value in about["packages"].items())
            sections.append(
                f"## {TITLES[name]}\n\n{module.table(rows, found)}\n"
                f"{about['processor']}, {about['threads']} threads; kerasae {about['kerasae']}, "
                f"{versions}.\n"
            )
    return "\n".join(sections)


if __name__ == "__main__":
    cli.run(command_line, main)
