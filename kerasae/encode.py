"""Applies an encoder to a dataset: python -m kerasae.encode --run_dir=… --out=codes.npz"""

from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.config import AppliedDataConfig, require
from kerasae.data import sources
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, settings
from kerasae.runs.guard import require_finished

USAGE = """Writes codes, reconstruction errors and labels of a whole dataset to one .npz file.

  python -m kerasae.encode --run_dir=runs/cognition --dataset=fashion_mnist --out=codes.npz
  python -m kerasae.encode --saved_model=saved_models/cognition/1 --dataset=mnist --out=codes.npz
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.encode`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path("Run", "run_dir", None, "a finished run")
    line.add_path("Run", "out", "codes.npz", "the file to write; an older one is replaced")
    line.add_dataclass("Encoder", ArtefactConfig)
    line.add_dataclass("Data", AppliedDataConfig)
    line.explain("dataset", sources.help_text())
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Encodes both splits."""
    run_dir, saved_model = line["run_dir"], line["saved_model"]
    require(
        (run_dir is None) != (saved_model is None),
        "--run_dir must be given, or --saved_model in its place.",
        run_dir=run_dir,
        saved_model=saved_model,
    )
    artefact = line.make(ArtefactConfig)
    out = Path(line["out"])
    require(out.suffix == ".npz", "--out must end in .npz.", out=out)
    require(not out.exists() or out.is_file(), "--out must be a file.", out=out)
    checks.check_writable(out, out.parent)
    shapes = _by_run(line, out) if saved_model is None else _by_artefact(line, artefact, out)
    print(f"{out}:")
    for name, shape in shapes.items():
        print(f"  {name} {'x'.join(map(str, shape))}")


def _by_run(line: cli_flags.CommandLine, out: Path) -> dict[str, tuple[int, ...]]:
    run = RunDir(line["run_dir"])
    require_finished(run)
    applied = line.make(AppliedDataConfig)
    checks.check_applied(applied, settings.read(run).data)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import encode

    return encode.encode_with_run(run, applied, out)


def _by_artefact(
    line: cli_flags.CommandLine, config: ArtefactConfig, out: Path
) -> dict[str, tuple[int, ...]]:
    dataset = line["dataset"]
    require(dataset is not None, "--dataset must be given with --saved_model.", dataset=dataset)
    applied = line.make(AppliedDataConfig)
    checks.check_applied(applied)
    trained_on = check.training_dataset(config)

    cli.import_tensorflow_quietly()
    from kerasae.exporting.artefact import encoder
    from kerasae.jobs import encode

    artefact = encoder.open_encoder(config, RunDir(out.parent), trained_on)
    return encode.encode_with_artefact(artefact, applied, out)


if __name__ == "__main__":
    cli.run(command_line(), main)
