"""A tuner is one file: in the help, accepted, and searching, without another edit."""

import plugins
import pytest

from kerasae import registry

# Keras Tuner calls threading by names of old.
pytestmark = [
    pytest.mark.usefixtures("blank_figures"),
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
]

BACKWARDS = """
from keras_tuner import Oracle

from kerasae.tuning import encoding
from kerasae.tuning.oracle import BaseOracle

ENUMERATES = True
PRUNES = True
PLANS_MAX_TRIALS = True


class Tuner(BaseOracle, Oracle):
    enumerates = ENUMERATES

    def __init__(self, config):
        super().__init__(config, max_trials=None)
        self._left = list(config.candidates.distinct())

    def populate_space(self, trial_id):
        if not self._left:
            return {"status": "STOPPED"}
        values, _ = self._left.pop()
        encoded = encoding.encode(self.config.candidates.space, values)
        return {"status": "RUNNING", "values": encoded}
"""


@pytest.fixture
def backwards(tmp_path):
    """A tuner that proposes every candidate, the last one first."""
    (tmp_path / "plugins").mkdir()
    with plugins.added(registry.TUNERS, tmp_path / "plugins", backwards=BACKWARDS):
        yield


def test_a_tuner_is_one_file(backwards, cli, search, tmp_path, tiny_space, trial_table):
    assert "proposed: backwards, bayesian, grid," in cli("search", "--help").out
    out, flags = tmp_path / "out", ("--tuner=backwards", "--epochs=1")
    outcome = search(out, *flags, space=tiny_space)
    assert outcome.code == 0, outcome.err
    # It enumerates, so all there are are trained.
    assert [row["model.latent_dim"] for row in trial_table(out)] == ["4", "2"]
    # It plans with --max_trials.
    refused = search(out, *flags, "--max_trials=2", "--resume", space=tiny_space)
    assert "--max_trials was (none) and is now 2" in refused.complaint
    # It prunes by itself.
    refused = search(tmp_path / "other", *flags, "--median_stopping", space=tiny_space)
    assert refused.complaint.startswith("--median_stopping goes with")
    # It enumerates, so a range without steps is nothing for it.
    refused = search(tmp_path / "other", *flags)
    assert refused.complaint.startswith("--tuner=backwards needs values to go through")
