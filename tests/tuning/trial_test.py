from types import SimpleNamespace

import pytest

from kerasae import interrupts
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.trial import Trainer


def test_an_interrupt_that_became_another_error_is_no_failure_of_the_candidate(
    tmp_path, monkeypatch
):
    def train(*_):
        raise RuntimeError(interrupts.REPLACED)

    monkeypatch.setattr(Trainer, "_train", train)
    folder = SearchDir(tmp_path)
    folder.trial("0000").path.mkdir(parents=True)
    config = SimpleNamespace(training=SimpleNamespace(seed=0))
    proposal = SimpleNamespace(trial_id="0000", config=config)
    with pytest.raises(KeyboardInterrupt):
        Trainer(None, folder, None).train(proposal, None)
