"""Shows what is in a dataset, before any training: python -m kerasae.dataset --dataset=…"""

import dataclasses
from pathlib import Path

from kerasae import cli, cli_flags
from kerasae.config import require
from kerasae.data import sources
from kerasae.data.config import DataConfig
from kerasae.data.summary import SummaryConfig
from kerasae.runs import checks

USAGE = """Looks at every image of a dataset: how many of each class, sizes, values, copies within
and between training and test images, files that can't be read, licence and citation. As text,
and with --out as a record, a page and a contact sheet.

  python -m kerasae.dataset --dataset=fashion_mnist --out=runs/fashion_mnist
  python -m kerasae.dataset --dataset=kmnist --prepare_from=downloads/kmnist
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.dataset`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_path(
        "Result", "out", None, "folder for dataset.json, dataset.md and contact_sheet.png"
    )
    line.add_dataclass("Look", SummaryConfig)
    line.add_dataclass("Data", DataConfig)
    line.explain("dataset", sources.help_text())
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Looks, writes and prints."""
    config, asked = line.make(DataConfig), line.make(SummaryConfig)
    out = Path(line["out"]) if line["out"] else None
    if out:
        require(not out.exists() or out.is_dir(), "--out must be a folder.", out=out)
        checks.check_writable(out, out)
    sources.require_skippable(config)
    if not asked.prepare_from:
        # What a training would stop at is what one looks for here.
        skips = sources.has_single_files(config.dataset)
        sources.check(dataclasses.replace(config, skip_broken=skips))

    cli.import_tensorflow_quietly()
    from kerasae.jobs import dataset
    from kerasae.reporting import dataset_page

    summary = dataset.summarise(config, asked, out)
    print(dataset_page.markdown(summary), end="")


if __name__ == "__main__":
    cli.run(command_line, main)
