"""The declaration of a search for TensorBoard, whole or not at all."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import api, plugin_data_pb2

from kerasae.config import RunError
from kerasae.tuning import hparams_log
from kerasae.tuning.open_search import open_search
from kerasae.tuning.search_dir import SearchDir

SPACE = "[batch_size]\nchoices = [32, 64]\n[learning_rate]\nmin = 0.1\nmax = 1\n"


def test_a_declaration_that_was_cut_off_is_made_anew(load_space, tmp_path, monkeypatch):
    folder, space = SearchDir(tmp_path / "search"), load_space(SPACE).space

    def cut_off(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(api, "hparams_config", cut_off)
        hparams_log.write_space(folder, space)
    assert not folder.tensorboard.exists()
    hparams_log.write_space(folder, space)
    events = EventAccumulator(str(folder.tensorboard))
    events.Reload()
    content = events.SummaryMetadata("_hparams_/experiment").plugin_data.content
    experiment = plugin_data_pb2.HParamsPluginData.FromString(content).experiment
    assert [info.name for info in experiment.hparam_infos] == ["batch_size", "learning_rate"]
    assert [path.name for path in folder.path.iterdir()] == ["tensorboard"]


def test_a_trial_whose_history_is_damaged_keeps_what_was_logged(fake_search, tmp_path):
    search = open_search(fake_search(tmp_path / "search", trials=1, statuses=(1, 0, 0, 0)))
    trial = search.trials[0]
    hparams_log.write_trial(search.folder, trial)
    logged = list((search.folder.tensorboard / trial.trial_id).iterdir())
    assert logged
    search.folder.trial(trial.trial_id).history.write_text("[]", encoding="utf-8")
    with pytest.raises(RunError):
        hparams_log.write_trial(search.folder, trial)
    assert list((search.folder.tensorboard / trial.trial_id).iterdir()) == logged
