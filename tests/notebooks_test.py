"""The notebooks run from their first cell to their last."""

import os

import nbclient
import nbformat
import pytest
from documents import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_BYTES = 300_000
SECONDS = 900


def test_there_are_two():
    assert len(NOTEBOOKS) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_they_show_is_small(path):
    """Pictures that were drawn stay in; lines of progress, and places on a machine, don't."""
    assert path.stat().st_size < MAX_BYTES
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr"
            assert "/tmp/" not in str(output) and "/home/" not in str(output)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_run(path, tmp_path, monkeypatch):
    """As they stand there, but for fewer epochs."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("epochs=60", "epochs=1").replace(
            '"digits", 20', '"digits", 1'
        )
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources=place
    ).execute()
    assert sum(bool(cell.get("outputs")) for cell in notebook.cells) >= 5
