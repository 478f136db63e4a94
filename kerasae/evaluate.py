"""Measures a trained autoencoder: python -m kerasae.evaluate --run_dir=… --measures=noise,attack"""

import dataclasses
from pathlib import Path

from kerasae import cli_flags, registry
from kerasae.config import require, require_known
from kerasae.runs import checks, seeds

USAGE = """Takes measures of a finished run into its folder evaluation/ and draws their figures.
What is measured already with the same settings is kept. With a folder of several seeds (from
kerasae.train --seeds), does so for each.

  python -m kerasae.evaluate --run_dir=runs/cognition
  python -m kerasae.evaluate --run_dir=runs/cognition --measures=anomaly \\
      --other_dataset=fashion_mnist
"""
ALL = "all"


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.evaluate`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "run_dir", str | None, None, "a finished run, or a folder of several seeds")
    line.add(
        "Measures",
        "measures",
        tuple[str, ...],
        (ALL,),
        f"which measures: {', '.join(registry.names(registry.MEASURES))}; all takes those that the "
        "dataset can have, without leave_one_class_out, which trains an autoencoder for each class",
    )
    line.add(
        "Measures",
        "heads",
        tuple[str, ...],
        ("linear", "ffn"),
        "heads on the run's own dataset to measure, beside linear readouts of pixels and "
        f"principal components; fitted where missing: {', '.join(registry.names(registry.HEADS))}",
    )
    line.add(
        "Measures", "other_dataset", str | None, None, "dataset that anomaly tells from the run's"
    )
    line.add(
        "Measures",
        "max_test_images",
        int | None,
        None,
        "measure at most this many test images of each dataset, drawn by --seed; all where not "
        "given",
    )
    line.add("Measures", "seed", int, 0, "draws noise, images and starts")
    line.add("Measures", "again", bool, False, "measure anew what is there already")
    line.add("Data", "data_dir", str | None, None, "folder of TFDS datasets")
    line.add("Data", "download", bool, True, "let TFDS download a dataset that is not there yet")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Measures one run, or one a seed."""
    value = {name: line.values[name].value for name in line.values}
    require(value["run_dir"] is not None, "--run_dir must be given.", run_dir=value["run_dir"])
    for flag, known in (("measures", registry.MEASURES), ("heads", registry.HEADS)):
        require(bool(value[flag]), f"--{flag} must name at least one.", **{flag: value[flag]})
        for name in value[flag]:
            extra = (ALL,) if flag == "measures" else ()
            require_known(f"--{flag}", name, (*registry.names(known), *extra))
    most = value["max_test_images"]
    require(most is None or most >= 2, "--max_test_images must be 2 or more.", max_test_images=most)
    require(value["seed"] >= 0, "--seed must be 0 or more.", seed=value["seed"])
    require(value["seed"] < 2**31, "--seed must be below 2147483648.", seed=value["seed"])
    runs = seeds.runs_in(Path(value["run_dir"]))
    for run in runs.values():
        checks.check_finished(run)
        checks.check_other_dataset(value["other_dataset"], checks.config_of(run).data.dataset)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs.evaluate import Wish, evaluate

    wish = Wish(**{field.name: value[field.name] for field in dataclasses.fields(Wish)})
    for seed, run in runs.items():
        if seed is not None:
            print(f"seed {seed}:")
        evaluate(run, wish)


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
