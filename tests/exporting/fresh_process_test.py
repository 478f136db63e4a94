"""The process in which exports are tried: new, and without kerasae."""

import subprocess

# Before any fixture puts a process in its place that has imported TensorFlow already.
from kerasae.exporting.fresh_process import _reason, run_script

CODE = """
import sys
from pathlib import Path
assert not {"tensorflow", "kerasae"} & set(sys.modules)
try:
    import module_beside
except ImportError:
    Path(sys.argv[1], "outcome").write_text("alone")
"""


def test_it_is_new_and_finds_no_module_beside_the_script(tmp_path):
    (tmp_path / "module_beside.py").write_text("")
    (tmp_path / "script.py").write_text(CODE)
    done = run_script(str(tmp_path / "script.py"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outcome").read_text() == "alone"


def test_a_failure_is_told_in_its_last_line(tmp_path):
    (tmp_path / "script.py").write_text("raise ValueError('no such signature')")
    done = run_script(str(tmp_path / "script.py"), tmp_path)
    assert (done.returncode, _reason(done)) == (1, "ValueError: no such signature")
    killed = subprocess.CompletedProcess([], -9, "", "")
    assert _reason(killed) == "the process was ended by signal 9."
