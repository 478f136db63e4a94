"""A run directory is checked again by whoever holds its lock."""

import pytest

from kerasae import run_flags
from kerasae.config import ConfigError
from kerasae.exporting.bundle import MANIFEST
from kerasae.jobs.train import train
from kerasae.run_dir import RunDir
from kerasae.runs import guard
from kerasae.runs.guard import require_trainable


@pytest.fixture
def two_configs(small_run):
    """Of runs that differ in one setting."""
    return [
        run_flags.parse([*small_run, "--epochs=1", f"--model.latent_dim={size}"]) for size in (5, 6)
    ]


@pytest.mark.usefixtures("numbers_only")
@pytest.mark.parametrize(("resume", "message"), [
    (False, "already holds a run"), (True, "--model.latent_dim was 5 and is now 6"),
])  # fmt: skip
def test_a_run_that_came_between_check_and_lock_is_not_taken_for_ones_own(
    two_configs, tmp_path, resume, message
):
    first, second = two_configs
    run = RunDir(tmp_path / "run")
    for config in two_configs:
        require_trainable(run, config, resume)  # both find nothing there yet
    metrics = train(run, first, [], resume=resume)
    assert metrics.code_size == 5
    with pytest.raises(ConfigError, match=message):
        train(run, second, [], resume=resume)


def test_an_exported_version_is_no_run_and_the_verbs_that_take_it_are_named(tmp_path):
    (tmp_path / MANIFEST).write_text("{}")
    message = rf"holds an exported model .*transfer --saved_model={tmp_path} .*--verify={tmp_path}"
    with pytest.raises(ConfigError, match=message):
        guard.require_finished(RunDir(tmp_path))
    assert guard.MANIFEST == MANIFEST
