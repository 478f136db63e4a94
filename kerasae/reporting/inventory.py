"""What lies below a folder: runs, searches and exported versions, known by their records.

Records alone are read, without TensorFlow and without locks, so that a thousand
runs are listed in a second or two while others are trained.
"""

import dataclasses
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kerasae import folder_lock
from kerasae.config import RunError
from kerasae.data.dataset_name import DatasetName
from kerasae.exporting import manifest
from kerasae.exporting.bundle import MANIFEST
from kerasae.readouts import results
from kerasae.reporting.inventory_config import (
    DAMAGED,
    EXPORT,
    FINISHED,
    RUN,
    RUNNING,
    SEARCH,
    STOPPED,
)
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record, settings
from kerasae.runs.record import RunRecord
from kerasae.training import history
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.search_dir import SearchDir
from kerasae.wording import shortened

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A run, a search or an exported version.

    Attributes:
        path: Its folder.
        kind: One of `KINDS`.
        state: One of `STATES`; a version is finished, since it is published whole.
        modified: When its records were last written, in seconds as `time.time` has them.
        dataset: Name of the dataset that it is of; None where damaged.
        progress: Epochs or trials, done and wanted: `3/60`.
        code_size: Numbers in a code; None where it isn't known yet.
        test_mse_per_pixel: Of a finished run.
        found: What else was reached, or what is damaged.
    """

    path: Path
    kind: str
    state: str
    modified: float
    dataset: str | None = None
    progress: str = ""
    code_size: int | None = None
    test_mse_per_pixel: float | None = None
    found: str = ""


def entries(folders: Iterable[Path]) -> list[Entry]:
    """Everything below some folders, or the folders themselves; each once."""
    found: dict[Path, Entry] = {}
    for top in folders:
        for path, describe in _found_below(top):
            found.setdefault(path.resolve(), describe(path))
    return list(found.values())


def _found_below(top: Path) -> Iterator[tuple[Path, Callable[[Path], Entry]]]:
    """Folders that hold something, outermost first, with what describes it; links aren't followed.

    What lies in such a folder, such as the trials of a search, is a part of it.
    """

    def unreadable(error: OSError) -> None:
        logger.warning("%s can't be read: %s.", error.filename, error.strerror)

    for folder, below, _ in os.walk(top, onerror=unreadable):
        path = Path(folder)
        describe = next((how for holds, how in _HOLDERS if holds(path)), None)
        if describe:
            yield path, describe
        hidden = [name for name in below if name.startswith(".")]
        below[:] = [] if describe else sorted(set(below) - set(hidden))


def _run(path: Path) -> Entry:
    run = RunDir(path)
    modified = _modified(run.config, run.history, run.metrics)
    try:
        recorded = record.read(run)
        config = settings.of_record(run, recorded)
        reached = metrics.read(run) if run.finished else None
        epochs = reached.epochs if reached else len(history.read(run))
        return Entry(
            path, RUN, FINISHED if reached else _unfinished(path), modified,
            dataset=recorded.dataset.name,
            progress=f"{epochs}/{config.training.epochs}",
            code_size=reached and reached.code_size,
            test_mse_per_pixel=reached and reached.test_mse_per_pixel,
            found=_readouts(run, recorded),
        )  # fmt: skip
    except (RunError, OSError) as error:
        return _damaged(path, RUN, modified, error)


def _readouts(run: RunDir, recorded: RunRecord) -> str:
    """Accuracies on the run's own dataset: of each head the newest of those with most labels."""
    best = {}
    for result in results.on_the_code(run):
        if result.origin.images.content == recorded.dataset.content:
            head, rank = result.origin.readout, (result.train_images, result.fitted)
            best[head] = max(best.get(head, (rank, result.accuracy)), (rank, result.accuracy))
    return ", ".join(f"{head} {accuracy:.4f}" for head, (_, accuracy) in sorted(best.items()))


def _search(path: Path) -> Entry:
    folder = SearchDir(path)
    modified = _modified(folder.description, folder.record)
    try:
        search = open_search(path)
        described, best = search.description, next(iter(search.ranked), None)
        wanted = min(described.max_trials, described.size or described.max_trials)
        leading = described.objectives[0].name
        return Entry(
            path, SEARCH, _state_of_search(search, wanted), modified,
            dataset=str(DatasetName.parse(described.settings["--dataset"])),
            progress=f"{search.counted}/{wanted}",
            code_size=best and best.numbers["code_size"],
            found=f"best {leading} {best.numbers[leading]:.5g}" if best else "",
        )  # fmt: skip
    except (RunError, OSError, KeyError, ValueError) as error:
        return _damaged(path, SEARCH, modified, error)


def _state_of_search(search: Search, wanted: int) -> str:
    """Of one that is not written now, whether all is done: Hyperband trains a candidate again.

    One that ended before, since its constraints or its space left no candidate, counts as stopped.
    """
    state = _unfinished(search.path)
    done = search.counted >= wanted and not search.under_way
    return FINISHED if state == STOPPED and done else state


def _export(path: Path) -> Entry:
    modified = _modified(path / MANIFEST)
    try:
        content = manifest.read(path)
        functions = f"{len(content.functions)} functions"
        heads = f", heads {', '.join(sorted(content.heads))}" if content.heads else ""
        dataset = content.settings.data.dataset
        return Entry(path, EXPORT, FINISHED, modified, dataset, found=f"{functions}{heads}")
    except (RunError, OSError) as error:
        return _damaged(path, EXPORT, modified, error)


# In this order: a search's folder also holds its trials' runs.
_HOLDERS = (
    (lambda path: SearchDir(path).holds_a_search, _search),
    (lambda path: RunDir(path).holds_a_run, _run),
    (lambda path: path.name.isdecimal() and (path / MANIFEST).exists(), _export),
)


def _unfinished(path: Path) -> str:
    return RUNNING if folder_lock.is_held(path) else STOPPED


def _damaged(path: Path, kind: str, modified: float, error: Exception) -> Entry:
    return Entry(path, kind, DAMAGED, modified, found=shortened(str(error)))


def _modified(*paths: Path) -> float:
    """When the newest of some files was written; 0 where none can be looked at."""
    times = [0.0]
    for path in paths:
        try:
            times.append(path.stat().st_mtime)
        except OSError:
            continue
    return max(times)
