"""Ships a run as files that stand alone: python -m kerasae.export --run_dir=… --name=…"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.config import require
from kerasae.exporting import bundle, manifest
from kerasae.exporting.config import ExportConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks
from kerasae.runs.guard import require_finished

USAGE = """Writes the next version saved_models/NAME/<N>/ of a finished run: a SavedModel laid
out for TensorFlow Serving, TFLite files for LiteRT, Keras files, each tried in a process without
kerasae and compared with the run's model before anything is published. Or checks a version.

  python -m kerasae.export --run_dir=runs/cognition --name=cognition --heads=linear
  python -m kerasae.export --verify=saved_models/cognition/1
"""
WITHOUT_VERIFY = "required without --verify"
RUN = ("run_dir", "name", "targets", "heads", "precisions")


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.export`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path("Run", "run_dir", None, "a finished run", WITHOUT_VERIFY)
    line.add("Version", "name", str | None, None, "name of the model", WITHOUT_VERIFY)
    line.add_path("Version", "out", "saved_models", "folder of all models")
    line.add_dataclass("Version", ExportConfig)
    line.add_path("Check", "verify", None, "a version folder to check instead")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Exports a run, or checks a version."""
    if line["verify"] is not None:
        _verify(line, Path(line["verify"]))
        return
    line.require("run_dir")
    config = line.make(ExportConfig)
    out = Path(line["out"])
    folder = bundle.check_place(out, line["name"])
    checks.check_writable(out, folder)
    run = RunDir(line["run_dir"])
    require_finished(run)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import export

    _report(*export.export(run, folder, config))


def _verify(line: cli_flags.CommandLine, folder: Path) -> None:
    """Checks a version folder."""
    given = [f"--{name}" for name in RUN if line.given(name)]
    require(not given, f"--verify goes without {', '.join(given)}.", verify=folder)
    require(folder.is_dir(), "--verify must be a version folder.", verify=folder)
    manifest.read(folder)

    cli.import_tensorflow_quietly()
    from kerasae.exporting import verify

    files, functions = verify.verify(folder)
    print(f"{folder}: {files} files and {functions} functions are as they were published")


def _report(folder: Path, content: manifest.Manifest) -> None:
    """Prints what was published."""
    for item in content.functions:
        title = item.function or item.path
        if item.difference is not None:
            print(f"{title:44s} differs by {item.difference:.1e}")
        for effect in item.effects:
            values = f"{effect.quantised:.5g}, float32 {effect.model:.5g}"
            print(f"{title:44s} {effect.what}: {values}")
    size = sum(file.bytes for file in content.files.values())
    print(f"{folder}: version {content.version}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    cli.run(command_line(), main)
