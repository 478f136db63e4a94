"""The notebooks run from their first cell to their last."""

import ast
import os

import nbclient
import nbformat
import pytest
from documents import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST = ROOT / "notebooks" / "first_autoencoder.ipynb"
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


def shortened(path):
    """A notebook with fewer epochs."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("epochs=60", "epochs=1").replace(
            '"digits", 20', '"digits", 1'
        )
    return notebook


@pytest.mark.slow
def test_a_kernel_runs_the_first(tmp_path, monkeypatch):
    """As it stands there, but for fewer epochs."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = shortened(FIRST)
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources=place
    ).execute()
    assert sum(bool(cell.get("outputs")) for cell in notebook.cells) >= 5


@pytest.mark.slow
@pytest.mark.usefixtures("blank_figures", "short_heads", "no_saved_model")
@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path != FIRST], ids=lambda p: p.stem
)
def test_the_cells_of_the_others_run(path, tmp_path, monkeypatch):
    """In this process: a kernel would import TensorFlow for each."""
    monkeypatch.chdir(tmp_path)
    namespace, shown = {}, 0
    for number, cell in enumerate(shortened(path).cells):
        if cell.cell_type == "code":
            *body, last = ast.parse(cell.source, f"{path.name}, cell {number}").body
            ends_in_a_value = isinstance(last, ast.Expr)
            body = ast.Module(body if ends_in_a_value else [*body, last], [])
            exec(compile(body, path.name, "exec"), namespace)
            if ends_in_a_value:
                value = eval(compile(ast.Expression(last.value), path.name, "eval"), namespace)
                shown += bool(repr(value))
    assert shown >= 3
