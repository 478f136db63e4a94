import json
import shutil
from pathlib import Path

import pytest

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.files import atomic_path
from kerasae.run_dir import RunDir


def everything(folder):
    """Every path below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


class TestAtomicPath:
    def test_a_new_file_takes_the_old_ones_place(self, tmp_path):
        target = tmp_path / "deep" / "file.txt"
        for text in ("first", "second"):
            with atomic_path(target) as new:
                new.write_text(text)
                assert new != target
                assert new.suffix == ".txt"
            assert target.read_text() == text
        assert everything(tmp_path) == ["deep", "deep/file.txt"]

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
    def test_the_old_file_stays_whole_when_the_block_raises(self, tmp_path, error):
        target = tmp_path / "file.txt"
        target.write_text("old")
        with pytest.raises(error), atomic_path(target) as new:
            new.write_text("half")
            raise error
        assert target.read_text() == "old"
        assert everything(tmp_path) == ["file.txt"]

    def test_nothing_appears_when_the_block_raises(self, tmp_path):
        with pytest.raises(ValueError), atomic_path(tmp_path / "file.txt") as new:
            new.write_text("half")
            raise ValueError
        assert everything(tmp_path) == []

    def test_the_old_file_can_be_read_until_the_end(self, tmp_path):
        target = tmp_path / "file.txt"
        target.write_text("old")
        with atomic_path(target) as new:
            new.write_text("new")
            assert target.read_text() == "old"

    def test_folders(self, tmp_path):
        target = tmp_path / "folder"
        for name in ("first", "second"):
            with atomic_path(target) as new:
                (new / "inner").mkdir(parents=True)
                (new / "inner" / name).write_text(name)
        assert everything(tmp_path) == ["folder", "folder/inner", "folder/inner/second"]

    def test_an_old_folder_stays_whole_when_the_block_raises(self, tmp_path):
        target = tmp_path / "folder"
        target.mkdir()
        (target / "old").write_text("old")
        with pytest.raises(ValueError), atomic_path(target) as new:
            new.mkdir()
            (new / "half").write_text("half")
            raise ValueError
        assert everything(tmp_path) == ["folder", "folder/old"]

    def test_what_a_killed_writer_left_is_swept_by_the_next_one(self, tmp_path, killed_writer):
        killed_writer(tmp_path / "file.txt")
        (leftover,) = tmp_path.glob(f"{files.SCRATCH}*")
        files.write_text(tmp_path / "another.txt", "whole")
        assert not leftover.exists()
        assert everything(tmp_path) == ["another.txt"]

    def test_what_is_being_written_is_swept_by_nobody(self, tmp_path):
        with atomic_path(tmp_path / "file.txt") as new:
            new.write_text("new")
            files.write_text(tmp_path / "another.txt", "whole")
            with RunDir(tmp_path).locked():
                files.sweep(tmp_path.parent, deep=True)
        assert (tmp_path / "file.txt").read_text() == "new"

    def test_a_folder_whose_writer_was_killed_between_two_renames_is_put_back(
        self, tmp_path, killed_writer
    ):
        target = tmp_path / "folder"
        (target / "inner").mkdir(parents=True)
        killed_writer(target)
        assert not target.exists()
        files.sweep(tmp_path)
        assert everything(tmp_path) == ["folder", "folder/inner"]

    def test_a_folder_that_was_replaced_isnt_replaced_by_what_was_there_before(
        self, tmp_path, killed_writer
    ):
        target = tmp_path / "folder"
        target.mkdir()
        killed_writer(target)
        (target / "newer").mkdir(parents=True)
        files.sweep(tmp_path)
        assert everything(tmp_path) == ["folder", "folder/newer"]

    def test_a_link_to_a_folder_is_no_leftover(self, tmp_path):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "notes.txt").write_text("mine")
        (tmp_path / f"{files.SCRATCH}link").symlink_to(tmp_path / "mine")
        files.sweep(tmp_path)
        assert (tmp_path / "mine" / "notes.txt").exists()

    def test_a_block_that_writes_nothing_fails(self, tmp_path):
        (tmp_path / "file.txt").write_text("old")
        with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "file.txt"):
            pass
        assert (tmp_path / "file.txt").read_text() == "old"
        assert everything(tmp_path) == ["file.txt"]


@pytest.fixture
def killed_writer(python):
    """Begins to write a file or to replace a folder in another process, which dies of it."""

    def write(path):
        code = (
            "import os, sys\nfrom pathlib import Path\nfrom kerasae import files\n"
            "path = Path(sys.argv[1])\n"
            "Path.replace = lambda self, target: os._exit(9)\n"
            "rename, renamed = Path.rename, []\n"
            "def once(self, target):\n"
            "    if renamed:\n        os._exit(9)\n"
            "    renamed.append(rename(self, target))\n"
            "Path.rename = once\n"
            "with files.atomic_path(path) as new:\n"
            "    new.mkdir() if path.is_dir() else new.write_text('half')\n"
        )
        assert python(code, path).returncode == 9

    return write


class TestLock:
    def test_leftovers_of_a_killed_process_are_swept(self, tmp_path):
        run = RunDir(tmp_path)
        half = run.figures / f"{files.SCRATCH}abc" / "half.png"
        half.parent.mkdir(parents=True)
        half.write_text("half")
        (run.figures / "whole.png").write_text("whole")
        with run.locked():
            assert not half.parent.exists()
            assert (run.figures / "whole.png").read_text() == "whole"

    def test_a_second_process_is_refused_and_sweeps_nothing(self, tmp_path, lock_holder):
        run = RunDir(tmp_path / "run")
        holder = lock_holder(run.path)
        scratch = run.path / f"{files.SCRATCH}of-the-holder"
        scratch.mkdir()
        with pytest.raises(RunError, match="Another process is writing"), run.locked():
            pytest.fail("the lock was given twice")
        assert scratch.exists()
        assert run.path.exists()
        holder.kill()
        holder.wait()
        with run.locked():
            assert not scratch.exists()

    def test_a_folder_that_was_removed_is_not_made_again(self, tmp_path):
        run = RunDir(tmp_path / "run")
        with pytest.raises(RunError, match=r"run was removed or replaced while"), run.locked():
            files.write_json(run.config, {})
            shutil.rmtree(run.path)
            files.write_json(run.metrics, {})
        assert not run.path.exists()

    def test_a_folder_in_the_place_of_a_removed_one_is_not_written(self, tmp_path):
        run = RunDir(tmp_path / "run")
        with pytest.raises(RunError, match=r"run was removed or replaced while"), run.locked():
            shutil.move(run.path, tmp_path / "moved")
            run.path.mkdir()
            files.write_json(run.metrics, {})
        assert everything(run.path) == []

    def test_one_command_can_not_wait_for_itself(self, tmp_path):
        with (
            RunDir(tmp_path).locked(),
            pytest.raises(ConfigError, match="can't be two things in one command"),
            RunDir(tmp_path).locked(wait=True),
        ):
            pytest.fail("the lock was given twice")

    def test_a_folder_inside_another_that_is_locked_can_be(self, tmp_path):
        with RunDir(tmp_path).locked(), RunDir(tmp_path / "inner").locked(wait=True):
            files.write_json(RunDir(tmp_path / "inner").metrics, {})
        assert RunDir(tmp_path / "inner").finished

    def test_the_lock_is_free_after_an_error(self, tmp_path):
        run = RunDir(tmp_path)
        with pytest.raises(ValueError), run.locked():
            run.config.write_text("{}")
            raise ValueError
        with run.locked():
            assert run.holds_a_run

    def test_a_refused_run_leaves_no_empty_directory(self, tmp_path):
        run = RunDir(tmp_path / "run")
        run.create()
        with pytest.raises(ConfigError), run.locked():
            raise ConfigError
        assert not run.path.exists()

    def test_what_the_user_had_there_stays(self, tmp_path):
        run = RunDir(tmp_path / "run")
        run.create()
        (run.path / "notes.txt").write_text("mine")
        with pytest.raises(ConfigError), run.locked():
            raise ConfigError
        assert (run.path / "notes.txt").read_text() == "mine"


class TestCreate:
    def test_makes_all_folders_above(self, tmp_path):
        RunDir(tmp_path / "a" / "b").create()
        assert (tmp_path / "a" / "b").is_dir()
        assert everything(tmp_path / "a" / "b") == []

    def test_making_the_object_creates_nothing(self, tmp_path):
        RunDir(tmp_path / "run")
        assert everything(tmp_path) == []

    def test_a_file_in_its_place(self, tmp_path):
        (tmp_path / "file").write_text("mine")
        for path in (tmp_path / "file", tmp_path / "file" / "run"):
            with pytest.raises(ConfigError, match=r"--run_dir=.* can't be written: "):
                RunDir(path).create()
        assert (tmp_path / "file").read_text() == "mine"

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
    @pytest.mark.parametrize("path", ["/proc/kerasae", "/proc/self"])
    def test_a_place_that_no_one_can_write(self, path):
        with pytest.raises(ConfigError, match=f"--run_dir={path} can't be written"):
            RunDir(path).create()


def test_states_of_a_run(tmp_path):
    run = RunDir(tmp_path)
    assert (run.holds_a_run, run.finished) == (False, False)
    files.write_json(run.config, {})
    assert (run.holds_a_run, run.finished) == (True, False)
    files.write_json(run.metrics, {})
    assert (run.holds_a_run, run.finished) == (True, True)


@pytest.mark.parametrize("name", ["config", "model", "best_model", "history", "metrics"])
def test_any_file_of_a_run_is_a_run(tmp_path, name):
    """A new run may not be mixed with what is left of an old one."""
    run = RunDir(tmp_path)
    getattr(run, name).write_text("")
    assert run.holds_a_run


class TestJson:
    def test_round_trip(self, tmp_path):
        content = {"a": [1, 2.5, None, True], "ü": {"nested": "…"}, "small": 1e-12, "third": 1 / 3}
        files.write_json(tmp_path / "file.json", content)
        assert files.read_json(tmp_path / "file.json") == content
        assert "ü" in (tmp_path / "file.json").read_text(encoding="utf-8")

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_what_is_no_json_is_not_written(self, tmp_path, value):
        """Python would write NaN, and no other reader would take it."""
        (tmp_path / "file.json").write_text("{}")
        with pytest.raises(ValueError):
            files.write_json(tmp_path / "file.json", {"value": value})
        assert json.loads((tmp_path / "file.json").read_text()) == {}

    def test_missing(self, tmp_path):
        with pytest.raises(RunError, match=r"file\.json is missing"):
            files.read_json(tmp_path / "file.json")

    @pytest.mark.parametrize("content", [b"", b'{"a": ', b"\xff\xfe"])
    def test_damaged(self, tmp_path, content):
        (tmp_path / "file.json").write_bytes(content)
        with pytest.raises(RunError, match=r"file\.json is damaged"):
            files.read_json(tmp_path / "file.json")


def test_a_run_can_be_moved(tmp_path):
    """Nothing in a run directory hangs on where it lies."""
    run = RunDir(tmp_path / "here")
    run.create()
    files.write_json(run.config, {"a": 1})
    shutil.move(run.path, tmp_path / "there")
    assert files.read_json(RunDir(tmp_path / "there").config) == {"a": 1}
