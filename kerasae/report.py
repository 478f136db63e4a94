"""Draws the figures of a run and writes its page: python -m kerasae.report --run_dir=…"""

from kerasae import cli_flags, registry
from kerasae.config import require, require_known
from kerasae.run_dir import RunDir
from kerasae.runs import checks

ALL = "all"
USAGE = """Draws figures of a finished run into its folder figures/ and writes report/index.html, a
page that needs nothing else. What figures need from the live model is computed once and
kept in probes/, so that they can be drawn again without it.

  python -m kerasae.report --run_dir=runs/cognition
  python -m kerasae.report --run_dir=runs/cognition --figures=filters_layer_1,code_map
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.report`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Run", "run_dir", str | None, None, "a finished run")
    known = ", ".join(registry.names(registry.PLOTS))
    line.add(
        "Figures",
        "figures",
        tuple[str, ...],
        (ALL,),
        f"which figures: {known}; all draws those that the run has the files for",
    )
    line.add("Data", "data_dir", str | None, None, "folder of TFDS datasets")
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Computes missing probes and draws."""
    run_dir, wanted = line.values["run_dir"].value, line.values["figures"].value
    require(run_dir is not None, "--run_dir must be given.", run_dir=run_dir)
    require(bool(wanted), "--figures must name at least one.", figures=wanted)
    for name in wanted:
        require_known("--figures", name, (*registry.names(registry.PLOTS), ALL))
    run = RunDir(run_dir)
    checks.check_finished(run)

    cli_flags.import_tensorflow_quietly()
    from kerasae.jobs import report
    from kerasae.reporting import page

    for path in report.draw(run, None if ALL in wanted else wanted, line.values["data_dir"].value):
        print(path)
    with run.locked():
        print(page.write(run))


if __name__ == "__main__":
    cli_flags.run(command_line(), main)
