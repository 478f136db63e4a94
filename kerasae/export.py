"""Ships a run as files that stand alone: python -m kerasae.export --run_dir=… --name=…"""

from pathlib import Path

from kerasae import cli_flags, registry
from kerasae.config import DataPlaceConfig, require, require_known
from kerasae.exporting import bundle, manifest
from kerasae.readouts import heads as known_heads
from kerasae.run_dir import RunDir
from kerasae.runs import checks
from kerasae.runs.guard import require_finished

USAGE = """Writes the next version saved_models/NAME/<N>/ of a finished run: a SavedModel laid
out for TensorFlow Serving, TFLite files for LiteRT, Keras files, each tried in a process without
kerasae and compared with the run's model before anything is published. Or checks a version.

  python -m kerasae.export --run_dir=runs/cognition --name=cognition --heads=linear
  python -m kerasae.export --verify=saved_models/cognition/1
"""
RUN = ("run_dir", "name", "targets", "heads")


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.export`."""
    line = cli_flags.CommandLine(USAGE)
    targets = ("saved_model", "tflite", "keras")
    heads = ", ".join(sorted(set(registry.names(registry.HEADS)) - set(known_heads.GRAPHLESS)))
    line.add("Run", "run_dir", str | None, None, "a finished run")
    line.add("Version", "name", str | None, None, "name of the model")
    line.add("Version", "out", str, "saved_models", "folder of all models")
    line.add(
        "Version",
        "targets",
        tuple[str, ...],
        targets,
        f"what to write: {', '.join(registry.names(registry.TARGETS))}",
    )
    line.add(
        "Version",
        "heads",
        tuple[str, ...],
        (),
        f"readouts on the run's own dataset to ship as classifiers: {heads}; fitted where they "
        "aren't there yet",
    )
    line.add("Version", "seed", int, 0, "draws images for the ranges of 8-bit files; fits heads")
    line.add_dataclass("Data", DataPlaceConfig)
    line.add("Check", "verify", str | None, None, "a version folder to check instead")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Exports a run, or checks a version."""
    if line.values["verify"].value is not None:
        _verify(line)
        return
    value = {name: line.values[name].value for name in line.values}
    require(value["run_dir"] is not None, "--run_dir must be given.", run_dir=value["run_dir"])
    _check_plugins(value["targets"], value["heads"])
    seed = value["seed"]
    require(0 <= seed < 2**31, "--seed must be 0 or more, below 2147483648.", seed=seed)
    out = Path(value["out"])
    folder = bundle.check_place(out, value["name"])
    checks.check_writable(out, folder)
    run = RunDir(value["run_dir"])
    require_finished(run)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs import export

    wish = export.Wish(
        **{name: value[name] for name in ("targets", "heads", "seed", "data_dir", "download")}
    )
    _tell(*export.export(run, folder, wish))


def _check_plugins(targets: tuple[str, ...], heads: tuple[str, ...]) -> None:
    """Raises ConfigError for what can't be exported."""
    require(bool(targets), "--targets must name at least one.", targets=targets)
    for flag, names in (("targets", targets), ("heads", heads)):
        require(len({*names}) == len(names), f"--{flag} names one twice.", **{flag: names})
    for name in targets:
        require_known("--targets", name, registry.names(registry.TARGETS))
    for name in heads:
        require_known("--heads", name, registry.names(registry.HEADS))
    left_out = [name for name in heads if name in known_heads.GRAPHLESS]
    require(
        not left_out,
        f"--heads: {', '.join(left_out)} can't be exported: it is no network, it compares with "
        "every training code.",
        heads=heads,
    )


def _verify(line: cli_flags.CommandLine) -> None:
    """Checks a version folder."""
    folder = Path(line.values["verify"].value)
    given = [f"--{name}" for name in RUN if line.given(name)]
    require(not given, f"--verify goes without {', '.join(given)}.", verify=folder)
    require(folder.is_dir(), "--verify must be a version folder.", verify=folder)
    manifest.read(folder)
    from kerasae.exporting import verify

    files, functions = verify.verify(folder)
    print(f"{folder}: {files} files and {functions} functions are as they were published")


def _tell(folder: Path, content: dict) -> None:
    """Says what was published."""
    for item in content["functions"]:
        title = item["function"] or item["path"]
        if "difference" in item:
            print(f"{title:44s} differs by {item['difference']:.1e}")
        for effect in item.get("effects", ()):
            values = f"{effect['quantised']:.5g}, float32 {effect['model']:.5g}"
            print(f"{title:44s} {effect['what']}: {values}")
    size = sum(entry["bytes"] for entry in content["files"].values())
    print(f"{folder}: version {content['version']}, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
