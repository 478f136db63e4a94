"""Encoded images of the finished run, which several tests read, and encodes that are refused."""

from collections.abc import Callable

import pytest
from command_lines import run_cli


@pytest.fixture(scope="session")
def encoded(finished, made_once):
    """`(arrays, output)` of the run's own dataset. Read only."""
    import numpy as np

    def make(folder):
        path = folder / "new" / "codes.npz"
        outcome = run_cli("encode", f"--run_dir={finished.path}", f"--out={path}")
        assert outcome.code == 0, outcome.err
        assert [file.name for file in path.parent.iterdir()] == ["codes.npz"]
        (folder / "output.txt").write_text(outcome.out)

    top = made_once("encoded", make)
    with np.load(top / "new" / "codes.npz", allow_pickle=False) as stored:
        return dict(stored), (top / "output.txt").read_text()


@pytest.fixture(scope="session")
def refused_encode() -> Callable[..., str]:
    """Runs what must be refused as bad input; gives the message."""

    def run(*flags):
        outcome = run_cli("encode", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        return outcome.complaint

    return run
