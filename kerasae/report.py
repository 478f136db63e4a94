"""Draws the figures of a run and writes its page: python -m kerasae.report --run_dir=…"""

from kerasae import cli, cli_flags
from kerasae.verbs import report

USAGE = """Draws figures of a finished run into its folder figures/ and writes report/index.html, a
page that needs nothing else. What figures need from the live model is computed once and
kept in probes/, so that they can be drawn again without it.

  python -m kerasae.report --run_dir=runs/cognition
  python -m kerasae.report --run_dir=runs/cognition --figures=filters_layer_1,code_map
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.report`."""
    line = cli_flags.CommandLine(USAGE)
    report.define(line)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Computes missing probes, draws, and writes the page."""
    run, config = report.plan(line)

    cli.import_tensorflow_quietly()
    from kerasae.jobs import report as job

    print(job.report(run, config))


if __name__ == "__main__":
    cli.run(command_line, main)
