"""The candidates of a search, trained beside it in turns."""

import pytest
import warm_python

from benchmarks import referee, search
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import record
from kerasae.tuning.search_dir import SearchDir

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _warm_contenders():
    """What is measured in life isn't here, so no contender need import TensorFlow."""
    with warm_python.started_by(referee):
        yield


def test_candidates_alone_do_the_same_work(small_run, tmp_path):
    """Also the one that diverges, which is timed like the others."""
    space = tmp_path / "space.toml"
    space.write_text("[learning_rate]\nchoices = [1e25, 0.01]\n", encoding="utf-8")
    flags = ["--tuner=grid", "--optimizer=sgd", "--epochs=2", "--validation_fraction=0.2"]
    rows = search._overhead(tmp_path, [*small_run, f"--space={space}", *flags], 0)
    assert [row["contender"] for row in rows] == [search.SEARCH, search.ALONE]
    assert min(row["seconds"] for row in rows) > 0
    searched, bare = SearchDir(tmp_path / "overhead-0"), tmp_path / "bare-0"
    outcomes = record.trials(record.read(searched.record))
    assert [outcome.status for outcome in outcomes] == ["FAILED", "COMPLETED"]
    mine, theirs = (
        [row.mse_per_pixel for row in history.read(RunDir(path))]
        for path in (bare / "0001", searched.trials / "0001")
    )
    assert mine == theirs and len(mine) == 2
