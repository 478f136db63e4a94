"""The short form of `make torture`: a few faults of each kind that needs little to be injected."""

from pathlib import Path

import pytest
import warm_python

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CODE = """
import runpy, sys
sys.argv = ["torture", *sys.argv[1:]]
runpy.run_module("torture", run_name="__main__", alter_sys=True)
"""


def test_a_few_faults_are_survived():
    flags = ("--promises=kills,damage", "--share=0.01", "--time_limit=120")
    done = warm_python.run(["-c", CODE, *flags], ROOT, 300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| promise | faults injected | survived | lost |" in done.stdout
