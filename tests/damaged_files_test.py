"""Files of a run and of a search that something happened to: one line that names the file."""

import os
import re
import shutil

import pytest

from kerasae import archives
from kerasae.config import RunError
from kerasae.figures.plots import loss_by_epoch, reconstructions
from kerasae.figures.search_plots import importance
from kerasae.models.autoencoder import load_autoencoder
from kerasae.reporting import numbers
from kerasae.run_dir import RunDir
from kerasae.training import checkpoint
from kerasae.tuning import attempts, hparams_log, importance_table, record
from kerasae.tuning.importance_table import Share
from kerasae.tuning.open_search import open_search
from kerasae.tuning.search_dir import SearchDir


def truncated(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def bad_bytes(path):
    path.write_bytes(b"\xff\xfe\x00" + path.read_bytes()[3:])


def folder(path):
    path.unlink()
    path.mkdir()


def broken_link(path):
    path.unlink()
    path.symlink_to("nowhere")


def changed(path):
    """Another digit in a text, another bit in an archive."""
    content = path.read_bytes()
    if path.suffix in (".keras", ".npz"):
        middle = len(content) // 3
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    else:
        text = re.sub(r"(\d\.\d\d)[0-8]", r"\g<1>9", content.decode(), count=1)
        assert text.encode() != content
        path.write_text(text, encoding="utf-8")


def text(content):
    def write(path):
        path.write_text(content, encoding="utf-8")

    return write


DAMAGES = {
    "emptied": text(""),
    "truncated": truncated,
    "list": text("[]"),
    "null": text("null"),
    "brackets": text("[" * 100_000),
    "bad bytes": bad_bytes,
    "folder": folder,
    "broken link": broken_link,
    "changed": changed,
}
RUN = {
    "history.csv": (checkpoint.read_history, loss_by_epoch.draw,
                    lambda run: numbers.table(run, "training_loss")),
    "model.keras": (lambda run: load_autoencoder(run.model),),
    "best.keras": (lambda run: load_autoencoder(run.best_model),
                   lambda run: archives.require_sound(run.best_model)),
    "probes/reconstructions.npz": (reconstructions.draw,),
}  # fmt: skip
SEARCH = {
    "search.json": (open_search,),
    "record.jsonl": (open_search, lambda path: record.read(SearchDir(path).record)),
    "confirm.json": (open_search,),
    "trials/0000/history.csv": (lambda path: log_first_trial(path),),
}


def log_first_trial(path):
    search = open_search(path)
    hparams_log.write_trial(search.folder, search.trials[0])


@pytest.fixture(scope="module")
def searched(fake_search, tmp_path_factory):
    """The directory of a search with everything in it."""
    path = fake_search(
        tmp_path_factory.mktemp("damaged") / "search", trials=30, statuses=(1, 0, 0, 0),
        confirmed=True,
    )  # fmt: skip
    share = Share("val_mse_per_pixel", "learning_rate", 0.9, 0.01, 0.95, 30)
    importance_table.write(SearchDir(path).importance, [share])
    return path


def refused(read, opened, path):
    with pytest.raises(RunError) as error:
        read(opened)
    message = str(error.value)
    assert str(path) in message or path.name in message
    assert "\n" not in message and len(message) < 1000
    assert os.path.lexists(path), "what is damaged stays where it is"


@pytest.fixture(params=list(DAMAGES))
def damage(request):
    return DAMAGES[request.param]


@pytest.mark.parametrize("name", list(RUN))
def test_a_file_of_a_run(name, damage, finished, tmp_path):
    run = RunDir(tmp_path / "run")
    for kept in (*RUN, "config.json", "metrics.json"):
        (run.path / kept).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(finished.path / kept, run.path / kept)
    damage(run.path / name)
    for read in RUN[name]:
        refused(read, run, run.path / name)


@pytest.mark.parametrize("name", list(SEARCH))
def test_a_file_of_a_search(name, damage, searched, tmp_path):
    path = shutil.copytree(searched, tmp_path / "search")
    damage(path / name)
    if name == "record.jsonl" and damage in (DAMAGES["emptied"], DAMAGES["truncated"]):
        # Cut, it is an earlier state of the search.
        earlier = record.read(SearchDir(path).record)
        assert earlier == record.read(SearchDir(searched).record)[: len(earlier)]
        return
    for read in SEARCH[name]:
        refused(read, path, path / name)


@pytest.mark.parametrize("kind", sorted({*DAMAGES} - {"changed"}))
def test_a_table_that_is_made_anew_whenever_it_is_shown(kind, searched, tmp_path):
    """Which is why it has no digest."""
    path = shutil.copytree(searched, tmp_path / "search")
    DAMAGES[kind](path / "importance.csv")
    refused(lambda path: importance.draw(open_search(path)), path, path / "importance.csv")


def test_notes_on_a_trials_starts_never_fail_it(damage, tmp_path):
    """They are counted anew; a folder in their place is the disk's matter, as it was before."""
    path = tmp_path / "attempts.json"
    for _ in range(attempts.MAX_DEATHS):
        attempts.register_attempt(path, 0)
    if damage is changed:
        path.write_text(path.read_text().replace('"deaths": 9', '"deaths": 99'), encoding="utf-8")
    else:
        damage(path)
    if damage is folder:
        with pytest.raises(OSError):
            attempts.register_attempt(path, 0)
    else:
        assert attempts.register_attempt(path, 0) is None
