"""What is listed, in what order, and what becomes of it; the flags of `kerasae.list`."""

import dataclasses
from pathlib import Path
from typing import Literal

from kerasae.config import FilePath, option, require, require_known
from kerasae.data.dataset_name import DatasetName
from kerasae.options import check_options

RUN, SEARCH, EXPORT = KINDS = ("run", "search", "export")
FINISHED, RUNNING, STOPPED, DAMAGED = STATES = ("finished", "running", "stopped", "damaged")


@dataclasses.dataclass(frozen=True)
class ListingConfig:
    """Runs, searches and exported versions to list."""

    run_dirs: tuple[FilePath, ...] = option(
        ("runs",), "folders to look in, as deep as they go; links in them are not followed"
    )
    kind: tuple[str, ...] = option((), f"list these only: {', '.join(KINDS)}; all where empty")
    state: tuple[str, ...] = option(
        (),
        f"list these only: {FINISHED}, {RUNNING} (a process writes it), {STOPPED} (--resume goes "
        f"on with it), {DAMAGED}; all where empty",
    )
    dataset: tuple[str, ...] = option(
        (), "list what is of these datasets only, in any version where none is given"
    )
    sort: Literal["age", "kind", "state", "dataset", "code", "error", "path"] = option(
        "age", "column to sort by: the youngest first, the least number first, or by the alphabet"
    )
    delete: bool = option(
        False,
        "then delete the runs and searches that were listed, after asking; never one that a "
        "process writes, nor a folder with other files in it",
        group="Deleting",
    )
    yes: bool = option(False, "delete without asking, for scripts", group="Deleting")

    def __post_init__(self):
        check_options(self)
        require(bool(self.run_dirs), "--run_dirs must name a folder.", run_dirs=self.run_dirs)
        for folder in self.run_dirs:
            require(Path(folder).is_dir(), "--run_dirs must be folders.", run_dirs=folder)
        for flag, known in (("kind", KINDS), ("state", STATES)):
            for name in getattr(self, flag):
                require_known(f"--{flag}", name, known)
        require(not self.yes or self.delete, "--yes goes with --delete.", yes=self.yes)

    def wants(self, kind: str, state: str, dataset: str | None) -> bool:
        """Whether something is to be listed.

        Args:
            kind: One of `KINDS`.
            state: One of `STATES`.
            dataset: Its dataset's name, with or without a version; None where it isn't known.
        """
        return (
            kind in (self.kind or KINDS)
            and state in (self.state or STATES)
            and (not self.dataset or (dataset is not None and self._names(dataset)))
        )

    def _names(self, dataset: str) -> bool:
        """Whether `--dataset` names a dataset."""
        own = DatasetName.parse(dataset)
        wanted = map(DatasetName.parse, self.dataset)
        return any(name.is_same(own) and name.version in (None, own.version) for name in wanted)
