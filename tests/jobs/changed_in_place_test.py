"""Runs and searches that have ended, whose images were changed in their place, or moved."""

import shutil

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "numbers_only")]

SMALL = ("--epochs=1", "--model.filters=2,2", "--model.dense_sizes=", "--validation_fraction=0.2")


@pytest.fixture
def own(own_images_folder, tmp_path, monkeypatch):
    """A copy that a test may change; commands run in it."""
    shutil.copytree(own_images_folder, tmp_path / "own")
    monkeypatch.chdir(tmp_path / "own")
    return tmp_path / "own"


def change(folder):
    """Changes one image in its place, and neither names nor numbers of files."""
    first, second, *_ = sorted(folder.rglob("*.png"))
    shutil.copy(second, first)


def test_a_finished_run(own, train, request):
    flags = (*SMALL, "--model.latent_dim=3", "--run_dir=run", "--resume")
    first = train("--dataset=folder:pictures", *flags)
    assert first.code == 0, first.err
    request.getfixturevalue("no_tensorflow")
    (own / "pictures").rename(own / "moved")
    again = train("--dataset=folder:moved", *flags)
    assert (again.code, again.out, again.err) == (0, first.out, "run is already finished.\n")
    change(own / "moved")
    changed = train("--dataset=folder:moved", *flags)
    assert (changed.code, changed.out) == (2, "")
    assert "is of other images than there are now" in changed.complaint
    assert "--resume goes on with the same images only" in changed.complaint


def test_an_ended_search(own, search_space, cli, request):
    space = search_space('["model.latent_dim"]\nchoices = [2]\n')
    flags = (*SMALL, f"--space={space}", "--tuner=grid", "--out=out", "--resume")
    first = cli("search", "--dataset=folder:pictures", *flags)
    assert first.code == 0, first.err
    (own / "pictures").rename(own / "moved")
    moved = cli("search", "--dataset=folder:moved", *flags)
    assert (moved.code, moved.out) == (0, first.out), moved.err
    assert f"folder:{own / 'moved'}" in (own / "out" / "best.flags").read_text()
    request.getfixturevalue("no_tensorflow")
    again = cli("search", "--dataset=folder:moved", *flags)
    assert (again.code, again.out) == (0, first.out)
    assert again.err == "out is already finished.\n"
    change(own / "moved")
    changed = cli("search", "--dataset=folder:moved", *flags)
    assert (changed.code, changed.out) == (2, "")
    assert "content was" in changed.complaint
