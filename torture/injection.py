"""The faults of a promise, injected by two workers, and the row that comes of them."""

import dataclasses
import multiprocessing
import os
import random
import shutil
import time
import traceback
from types import ModuleType

from kerasae import registry
from torture.stage import Stage

PROMISES = "torture.promises"
WORKERS = 2


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


def try_promise(name: str, stage: Stage, config: Config) -> Row:
    """Injects all faults of one promise, by two workers."""
    began, promise = time.monotonic(), _load(name)
    draw = random.Random(f"{config.seed} {name}")
    faults = promise.faults(stage, draw, max(1, round(promise.COUNT * config.share)))
    numbers = [n for n in config.only if n < len(faults)] or range(len(faults))
    work = [(name, stage, number, faults[number]) for number in numbers]
    losses = []
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for number, wrong in pool.imap_unordered(_inject, work):
            if wrong:
                loss = {"number": number, "fault": str(faults[number]), "wrong": wrong}
                losses.append(loss)
                how = f"--promises={name} --seed={config.seed} --share={config.share}"
                print(f"LOST {name} {number}: {loss['fault']}", *wrong, sep="\n    ")
                print(f"    python -m torture {how} --only={number}", flush=True)
    row = Row(name, len(work), losses, round(time.monotonic() - began, 1))
    print(f"{name}: {row.faults} faults, {len(losses)} lost, {row.seconds:.0f} s", flush=True)
    return row


def _inject(work: tuple) -> tuple[int, list[str]]:
    """Injects one fault in a sandbox of its own, in a worker."""
    name, stage, number, fault = work
    box = stage.sandbox()
    try:
        return number, _load(name).inject(stage, fault, box)
    except Exception:
        return number, [f"the check itself failed: {traceback.format_exc()}"]
    finally:
        os.chdir(stage.folder)
        shutil.rmtree(box.top, ignore_errors=True)


def table(rows: list[Row]) -> str:
    """Markdown: promise, faults, survived, lost."""
    lines = ["| promise | faults injected | survived | lost |", "|---|---:|---:|---:|"]
    for row in rows:
        lost = len({loss["number"] for loss in row.losses})
        sentence = _load(row.promise).SENTENCE
        lines.append(f"| {sentence} | {row.faults:,} | {row.faults - lost:,} | {lost:,} |")
    return "\n".join(lines)


def _load(name: str) -> ModuleType:
    return registry.load(PROMISES, name, "--promises")
