"""One process at a time, also where the one before removed the folder that it left empty."""

import logging
import threading
from concurrent import futures

import filelock
import pytest

from kerasae import folder_lock
from kerasae.folder_lock import LOCK


def test_an_empty_folder_goes_and_a_full_one_stays(tmp_path):
    folder = tmp_path / "deep" / "folder"
    folder_lock.release(folder_lock.acquire(folder), folder)
    assert not folder.exists()
    lock = folder_lock.acquire(folder)
    (folder / "file").write_text("mine")
    folder_lock.release(lock, folder)
    assert sorted(path.name for path in folder.iterdir()) == [LOCK, "file"]


def test_who_doesnt_wait_is_refused(tmp_path):
    lock = folder_lock.acquire(tmp_path)
    with pytest.raises(filelock.Timeout):
        folder_lock.acquire(tmp_path)
    folder_lock.release(lock, tmp_path)


def test_who_waits_gets_the_folder_though_it_was_removed(tmp_path, caplog):
    caplog.set_level(logging.INFO, "kerasae")
    folder = tmp_path / "folder"
    first = folder_lock.acquire(folder)
    with futures.ThreadPoolExecutor() as pool:
        second = pool.submit(lambda: _leaves_a_file(folder))
        while "waiting for it" not in caplog.messages:
            assert not second.done()
        folder_lock.release(first, folder)
        second.result(timeout=30)
    assert (folder / "file").read_text() == "whole"


def _leaves_a_file(folder):
    lock = folder_lock.acquire(folder, "waiting for it")
    (folder / "file").write_text("whole")
    folder_lock.release(lock, folder)


def test_many_that_leave_it_empty_never_meet(tmp_path):
    """Each sees what it wrote itself, nobody else's, and the folder as long as it is in it."""
    folder, inside = tmp_path / "folder", threading.Lock()

    def come_and_go(number):
        for _ in range(25):
            lock = folder_lock.acquire(folder, "waiting")
            assert inside.acquire(blocking=False)
            (folder / str(number)).mkdir()
            assert {path.name for path in folder.iterdir()} == {LOCK, str(number)}
            (folder / str(number)).rmdir()
            inside.release()
            folder_lock.release(lock, folder)

    with futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(come_and_go, range(4)))
    assert not folder.exists()


def test_a_place_where_no_folder_can_be(tmp_path):
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "folder"):
        with pytest.raises(OSError):
            folder_lock.acquire(path)
    assert (tmp_path / "file").read_text() == "mine"
