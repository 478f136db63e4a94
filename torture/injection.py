"""The faults of a promise, injected by two workers, and the row that comes of them."""

import dataclasses
import multiprocessing
import random
import shutil
import time
import traceback
from collections.abc import Sequence
from types import ModuleType

from kerasae import registry
from torture.stage import Stage

PROMISES = "torture.promises"
WORKERS = 2
# A promise may take long: how far it is, is said so often.
SAID_AFTER = 20


@dataclasses.dataclass(frozen=True)
class Config:
    """What is injected."""

    promises: tuple[str, ...]
    seed: int
    share: float
    only: tuple[int, ...]


@dataclasses.dataclass
class Row:
    """What came of one promise."""

    promise: str
    faults: int
    losses: list[dict]
    seconds: float


class _Work:
    """What the workers share, set before they are forked."""

    promise: ModuleType
    stage: Stage
    faults: Sequence


def try_promise(name: str, stage: Stage, config: Config) -> Row:
    """Injects all faults of one promise, by two workers."""
    began, promise = time.monotonic(), _load(name)
    draw = random.Random(f"{config.seed} {name}")
    faults = promise.faults(stage, draw, max(1, round(promise.COUNT * config.share)))
    _Work.promise, _Work.stage, _Work.faults = promise, stage, faults
    numbers = [n for n in config.only if n < len(faults)] or range(len(faults))
    losses = []
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for done, (number, wrong) in enumerate(pool.imap_unordered(_inject, numbers), start=1):
            if done % SAID_AFTER == 0:
                print(f"{name}: {done:,} of {len(numbers):,} faults", flush=True)
            if wrong:
                loss = {"number": number, "fault": str(faults[number]), "wrong": wrong}
                losses.append(loss)
                how = f"--promises={name} --seed={config.seed} --share={config.share}"
                print(f"LOST {name} {number}: {loss['fault'][:300]}", *wrong, sep="\n    ")
                print(f"    python -m torture {how} --only={number}", flush=True)
    row = Row(name, len(numbers), losses, round(time.monotonic() - began, 1))
    print(f"{name}: {row.faults} faults, {len(losses)} lost, {row.seconds:.0f} s", flush=True)
    return row


def _inject(number: int) -> tuple[int, list[str]]:
    """Injects one fault in a sandbox of its own, in a worker."""
    box = _Work.stage.sandbox()
    try:
        return number, _Work.promise.inject(_Work.stage, _Work.faults[number], box)
    except Exception:
        return number, [f"the check itself failed: {traceback.format_exc()}"]
    finally:
        shutil.rmtree(box.top, ignore_errors=True)


def _load(name: str) -> ModuleType:
    return registry.load(PROMISES, name, "--promises")


def table(rows: list[Row]) -> str:
    """Markdown: promise, faults, survived, lost."""
    lines = ["| promise | faults injected | survived | lost |", "|---|---:|---:|---:|"]
    for row in rows:
        lost = len({loss["number"] for loss in row.losses})
        sentence = _load(row.promise).SENTENCE
        lines.append(f"| {sentence} | {row.faults:,} | {row.faults - lost:,} | {lost:,} |")
    return "\n".join(lines)
