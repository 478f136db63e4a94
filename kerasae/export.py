"""Ships a run as files that stand alone: python -m kerasae.export --run_dir=… --name=…"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.exporting import manifest
from kerasae.exporting.call import label
from kerasae.verbs import export

USAGE = """Writes the next version saved_models/NAME/<N>/ of a finished run: a SavedModel laid
out for TensorFlow Serving, TFLite files for LiteRT, Keras files, each tried in a process without
kerasae and compared with the run's model before anything is published. Or checks a version.

  python -m kerasae.export --run_dir=runs/cognition --name=cognition --heads=linear
  python -m kerasae.export --verify=saved_models/cognition/2
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.export`."""
    line = cli_flags.CommandLine(USAGE)
    export.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Exports a run, or checks a version."""
    folder = export.to_verify(line)
    if folder is not None:
        _verify(folder)
        return
    plan = export.plan(line)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import export as job

    _report(*job.export(plan.run, plan.folder, plan.config))


def _verify(folder: Path) -> None:
    """Checks a version folder."""
    cli.import_tensorflow_quietly()
    from kerasae.exporting import verify

    files, functions = verify.verify(folder)
    print(f"{folder}: {files} files and {functions} functions are as they were published")


def _report(folder: Path, content: manifest.Manifest) -> None:
    """Prints what was published."""
    for item in content.functions:
        title = label(item.path, item.function)
        if item.difference is not None:
            print(f"{title:64s} differs by {item.difference:.1e}")
        for effect in item.effects:
            values = f"{effect.quantised:.5g}, float32 {effect.model:.5g}"
            print(f"{title:64s} {effect.what}: {values}")
    size = sum(file.bytes for file in content.files.values())
    print(f"{folder}: version {content.version}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    cli.run(command_line, main)
