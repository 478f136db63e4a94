"""Lists the runs below a folder, and deletes some: python -m kerasae.list --run_dirs=runs"""

import logging
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasae import cli, cli_flags, tables, wording
from kerasae.config import ConfigError, RunError
from kerasae.reporting.inventory_config import EXPORT, RUN, ListingConfig
from kerasae.run_dir import RunDir

if TYPE_CHECKING:
    from kerasae.reporting.inventory import Entry

USAGE = """Lists the runs, searches and exported versions below a folder: their state, dataset,
epochs or trials, size of the code, error, readouts on their own dataset, age and path.

  python -m kerasae.list --run_dirs=runs,saved_models
  python -m kerasae.list --state=finished --dataset=mnist --sort=error
  python -m kerasae.list --state=stopped,damaged --delete
"""
COLUMNS = (
    "state", "kind", "dataset", "done", "code", "test_mse_per_pixel", "found", "age", "path",
)  # fmt: skip
YES = "yes"

logger = logging.getLogger(__name__)


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.list`."""
    line = cli_flags.CommandLine(USAGE)
    line.add_dataclass("List", ListingConfig)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Prints the table, and deletes what is in it where asked to."""
    config = line.make(ListingConfig)

    from kerasae.reporting import inventory

    found = [
        entry
        for entry in inventory.entries(map(Path, config.run_dirs))
        if config.wants(entry.kind, entry.state, entry.dataset)
    ]
    found.sort(key=_sort_key(config.sort))
    now = time.time()
    print(tables.plain(COLUMNS, [_row(entry, now) for entry in found]), end="")
    if config.delete and found:
        _delete(found, config.yes)


def _sort_key(column: str) -> Callable[["Entry"], Any]:
    """What entries are sorted by; those without a value come last."""
    value: dict[str, Callable[[Entry], Any]] = {
        "age": lambda entry: -entry.modified,
        "code": lambda entry: entry.code_size,
        "error": lambda entry: entry.test_mse_per_pixel,
    }
    of = value.get(column, lambda entry: getattr(entry, column))

    def key(entry: "Entry") -> tuple[bool, Any]:
        found = of(entry)
        return found is None, 0 if found is None else found

    return key


def _row(entry: "Entry", now: float) -> list[str]:
    """The cells of an entry."""
    error = entry.test_mse_per_pixel
    return [
        entry.state,
        entry.kind,
        entry.dataset or "",
        entry.progress,
        "" if entry.code_size is None else str(entry.code_size),
        "" if error is None else tables.number(error),
        entry.found,
        wording.age(now - entry.modified) if entry.modified else "",
        str(entry.path),
    ]


def _delete(found: Sequence["Entry"], sure: bool) -> None:
    """Deletes what was listed; what can't be is logged as an error, and the rest goes on."""
    if any(entry.kind == EXPORT for entry in found):
        raise ConfigError(
            "--delete is for runs and searches: an exported version is never changed. "
            "--kind=run,search lists those alone."
        )
    if not sure and not _confirmed(len(found)):
        print("Nothing was deleted.")
        return
    for entry in found:
        try:
            _remove(entry)
            print(f"deleted {entry.path}")
        except (ConfigError, RunError, OSError) as error:
            logger.error("%s", error)


def _remove(entry: "Entry") -> None:
    from kerasae.runs import removal
    from kerasae.tuning.search_dir import SearchDir

    if entry.kind == RUN:
        run = RunDir(entry.path)
        removal.remove(run, lambda: run.holds_a_run)
    else:
        folder = SearchDir(entry.path)
        removal.remove(folder, lambda: folder.holds_a_search)


def _confirmed(count: int) -> bool:
    """Whether a person says yes."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfigError("--delete asks on a terminal, and there is none. --yes answers for it.")
    print(f"Delete these {count}? {YES} deletes them: ", end="", flush=True)
    return sys.stdin.readline().strip() == YES


if __name__ == "__main__":
    cli.run(command_line, main)
