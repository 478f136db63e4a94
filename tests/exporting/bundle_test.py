"""Version folders: numbers, leftovers of killed exports, and nothing outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasae import files
from kerasae.config import ConfigError
from kerasae.exporting import bundle
from kerasae.files import SCRATCH
from kerasae.folder_lock import LOCK
from kerasae.run_dir import RunDir

ROOT = Path(__file__).parents[2]


def publish(folder, text="whole"):
    with bundle.new_version(folder) as new:
        (new / "file").write_text(text)


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != LOCK)


def test_versions_count_up_and_older_ones_stay(tmp_path):
    folder = tmp_path / "saved_models" / "model"
    publish(folder, "first")
    publish(folder, "second")
    assert names(folder) == ["1", "2"]
    assert (folder / "1" / "file").read_text() == "first"
    assert bundle.versions(folder) == [1, 2]


def test_numbers_go_on_after_the_largest(tmp_path):
    for taken in ("3", "10"):
        (tmp_path / taken).mkdir()
    publish(tmp_path)
    assert bundle.versions(tmp_path) == [3, 10, 11]


def test_a_reader_sees_no_half_version(tmp_path):
    folder = tmp_path / "model"
    with bundle.new_version(folder) as new:
        (new / "file").write_text("half")
        assert bundle.versions(folder) == []
    assert bundle.versions(folder) == [1]


def test_all_of_it_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    synced = []

    def fsync(descriptor):
        synced.append((os.fstat(descriptor).st_ino, bundle.versions(tmp_path)))

    monkeypatch.setattr(bundle.os, "fsync", fsync)
    with bundle.new_version(tmp_path) as new:
        (new / "variables").mkdir()
        (new / "variables" / "file").write_text("whole")
    version = tmp_path / "1"
    parts = (version, version / "variables", version / "variables" / "file")
    assert {path.stat().st_ino for path in parts} == {
        number for number, known in synced if known == []
    }
    assert synced[-1] == (tmp_path.stat().st_ino, [1])


def test_a_failure_leaves_nothing(tmp_path):
    folder = tmp_path / "model"
    with pytest.raises(OSError, match="No space"), bundle.new_version(folder) as new:
        (new / "file").write_text("half")
        raise OSError("No space left on device")
    assert not folder.exists()


def test_a_failure_leaves_the_versions_before(tmp_path):
    publish(tmp_path / "model")
    with pytest.raises(KeyboardInterrupt), bundle.new_version(tmp_path / "model"):
        raise KeyboardInterrupt
    assert names(tmp_path / "model") == ["1"]


def test_a_killed_exports_leftover_is_cleared_by_the_next(tmp_path):
    code = (
        "import os, sys, pathlib\n"
        "from kerasae.exporting import bundle\n"
        "with bundle.new_version(pathlib.Path(sys.argv[1])) as new:\n"
        "    (new / 'file').write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    folder = tmp_path / "model"
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=False, timeout=60)
    assert [name.startswith(SCRATCH) for name in names(folder)] == [True]
    publish(folder)
    assert names(folder) == ["1"]
    assert (folder / "1" / "file").read_text() == "whole"


@pytest.fixture
def start(tmp_path):
    """Starts an export of a text that is held up inside, a line that isn't empty refuses it.

    It takes `seconds` over every folder that it removes.
    """
    code = (
        "import logging, sys, pathlib, shutil, time\n"
        "from kerasae.exporting import bundle\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "def slow(remove):\n"
        "    return lambda *a, **k: (time.sleep(float(sys.argv[3])), remove(*a, **k))\n"
        "shutil.rmtree, pathlib.Path.rmdir = slow(shutil.rmtree), slow(pathlib.Path.rmdir)\n"
        "with bundle.new_version(pathlib.Path(sys.argv[1])) as new:\n"
        "    (new / 'file').write_text(sys.argv[2])\n"
        "    print('inside', flush=True)\n"
        "    if sys.stdin.readline().strip():\n"
        "        sys.exit(3)\n"
    )

    def started(text, seconds=0.0):
        arguments = [str(tmp_path / "model"), text, str(seconds)]
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return started


def test_who_waits_for_an_export_that_is_refused_publishes_the_first_version(tmp_path, start):
    """The refused one removes the folder of the new name, while the other one goes on in it."""
    first = start("first", seconds=0.5)
    assert first.stdout.readline() == "inside\n"
    second = start("second")
    assert "waiting for another export" in second.stderr.readline()
    first.communicate("refused\n", timeout=60)
    _, complaint = second.communicate("\n", timeout=60)
    assert (first.returncode, second.returncode) == (3, 0), complaint
    assert names(tmp_path / "model") == ["1"]
    assert (tmp_path / "model" / "1" / "file").read_text() == "second"


def test_two_at_once_get_two_versions(tmp_path, start):
    """The second one starts while the first is held up inside, and waits for it."""
    first = start("first")
    assert first.stdout.readline() == "inside\n"
    second = start("second")
    assert "waiting for another export" in second.stderr.readline()
    first.communicate("\n", timeout=60)
    second.communicate("\n", timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert names(tmp_path / "model") == ["1", "2"]
    assert (tmp_path / "model" / "2" / "file").read_text() == "second"


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "/x", "..", ".", ".hidden", "", None, "a b", "x\n", "a\\b", "ü"]
)
def test_names_that_lead_elsewhere(tmp_path, name):
    with pytest.raises(ConfigError, match="--name must be letters, digits"):
        bundle.check_place(tmp_path, name)


def test_a_link_leads_elsewhere_too(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "model").symlink_to(tmp_path / "other")
    with pytest.raises(ConfigError, match="not for a file or a link"):
        bundle.check_place(tmp_path, "model")


def test_a_file_in_the_folders_place(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match="--name must stand for a folder"):
        bundle.check_place(tmp_path, "file")
    with pytest.raises(ConfigError, match="--out must be a folder"):
        bundle.check_place(tmp_path / "file", "model")


def test_a_good_name(tmp_path):
    assert bundle.check_place(tmp_path, "ones_and-8.v2") == tmp_path / "ones_and-8.v2"
    assert not list(tmp_path.iterdir())


def test_a_model_may_be_published_inside_its_run(tmp_path):
    """The run's lock sweeps what killed processes left in it, and not what is being written."""
    run = RunDir(tmp_path / "run")
    with bundle.new_version(run.path / "models" / "model") as new:
        (new / "file").write_text("whole")
        with run.locked(wait=True):
            files.write_json(run.metrics, {})
    assert (run.path / "models" / "model" / "1" / "file").read_text() == "whole"


def test_a_run_is_no_place_of_its_own_versions(tmp_path):
    """It would wait for itself for ever."""
    run = RunDir(tmp_path / "run")
    with (
        pytest.raises(ConfigError, match="can't be two things in one command"),
        bundle.new_version(run.path),
        run.locked(wait=True),
    ):
        pytest.fail("the lock was given twice")
