"""The candidates of a search, trained without it."""

import pytest

from benchmarks import search_bare, search_timed
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import record
from kerasae.tuning.search_dir import SearchDir

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")


def test_a_candidate_that_diverges_is_timed_like_the_others(small_run, tmp_path, capsys):
    space = tmp_path / "space.toml"
    space.write_text("[learning_rate]\nchoices = [1e25, 0.01]\n", encoding="utf-8")
    searched, bare = tmp_path / "searched", tmp_path / "bare"
    flags = ("--tuner=grid", "--optimizer=sgd", "--epochs=2", "--validation_fraction=0.2")
    search_timed.main(str(searched), *small_run, f"--space={space}", *flags)
    outcomes = record.read(SearchDir(searched).record)
    assert [outcome.status for outcome in outcomes] == ["FAILED", "COMPLETED"]
    search_bare.main(str(searched), str(bare))
    seconds = [float(line) for line in capsys.readouterr().out.split()]
    assert len(seconds) == 2 and min(seconds) > 0
    mine, theirs = (
        [row[history.MSE] for row in history.read(RunDir(path))]
        for path in (bare / "0001", searched / "trials" / "0001")
    )
    assert mine == theirs and len(mine) == 2
