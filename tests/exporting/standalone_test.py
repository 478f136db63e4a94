"""The process in which exported files are tried: no kerasae in it, and failures are told."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.exporting import fresh_process, standalone
from kerasae.exporting.call import Call

CALL = Call("tflite", "encoder.tflite", "", "unit", "code", "", 1e-4, 5)
INPUTS = {"image": np.zeros((3, 4, 4, 1), np.uint8), "code": np.zeros((3, 2), np.float32)}


def test_the_script_imports_nothing_of_kerasae():
    tree = ast.parse(Path(standalone.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
    }
    assert "numpy" in imported
    assert not [name for name in imported if name and name.startswith("kerasae")]


def test_batches_of_one_of_seven_and_of_all():
    values = np.arange(600)
    sizes = []

    def double(batch):
        sizes.append(len(batch))
        return {"twice": batch * 2}

    one, seven, whole = standalone.in_batches(double, values)
    assert sizes[:2] == [1, 7]
    assert max(sizes) == 250
    np.testing.assert_array_equal(one["twice"], [0])
    np.testing.assert_array_equal(seven["twice"], np.arange(0, 14, 2))
    np.testing.assert_array_equal(whole["twice"], values * 2)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x1c\x00\x00\x00TFL3" + b"\x00" * 40])
def test_a_damaged_file_is_told(tmp_path, content):
    (tmp_path / "encoder.tflite").write_bytes(content)
    with pytest.raises(RunError, match=r"The exported files can't be run: .+"):
        fresh_process.run(tmp_path, [CALL], INPUTS)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(RunError, match=r"can't be run: .*encoder\.tflite"):
        fresh_process.run(tmp_path, [CALL], INPUTS)


def test_a_process_that_dies_is_told(tmp_path, monkeypatch):
    dying = tmp_path / "dying.py"
    dying.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(standalone, "__file__", str(dying))
    with pytest.raises(RunError, match="ended by signal 6"):
        fresh_process.run(tmp_path, [CALL], INPUTS)


def test_kerasae_can_not_be_imported_there(tmp_path, monkeypatch):
    """With the script as it is, and an import of kerasae at its end."""
    code = Path(standalone.__file__).read_text(encoding="utf-8")
    asking = tmp_path / "asking.py"
    asking.write_text(code.replace("    run(Path(sys.argv[1]))", "    import kerasae"))
    monkeypatch.setattr(standalone, "__file__", str(asking))
    with pytest.raises(RunError, match="import of kerasae halted"):
        fresh_process.run(tmp_path, [CALL], INPUTS)
    assert sys.modules["kerasae"] is not None
