"""What a training shows beside its numbers: its model before, and TensorBoard's files."""

import contextlib
import os

import pytest
import run_copies
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def names(folder):
    return {path.name for path in folder.iterdir()}


class TestSummary:
    @pytest.fixture
    def summary(self, train, small_run, tmp_path):
        """Runs in an empty folder, which has to stay empty."""

        def run(*flags):
            with contextlib.chdir(tmp_path):
                outcome = train(*small_run, *flags, "--summary")
            assert list(tmp_path.iterdir()) == []
            return outcome

        return run

    def test_both_directions_of_a_tied_layer(self, summary):
        outcome = summary("--model.tied=true", "--run_dir=run")
        assert (outcome.code, outcome.err) == (0, "")
        assert "conv_2, transposed" in outcome.out
        assert "the kernel of conv_2" in outcome.out
        assert outcome.out.endswith("code of 6 numbers\n")

    def test_a_model_that_can_not_be_is_refused(self, summary):
        outcome = summary("--model.dense_sizes=16000000", "--model.latent_dim=16000000")
        assert outcome.code == 2
        assert outcome.complaint.startswith("The model is too large")

    def test_a_dataset_that_is_not_there_is_not_downloaded(self, summary, fake_datasets):
        outcome = summary("--dataset=mnist", f"--data_dir={fake_datasets}", "--image_size=12")
        assert outcome.code == 2
        assert "mnist" in outcome.complaint


@pytest.mark.slow
def test_a_run_has_what_tensorboard_shows(train, small_run, tmp_path):
    run_dir = tmp_path / "run"
    outcome = train(*small_run, "--epochs=2", f"--run_dir={run_dir}", "--tensorboard")
    assert outcome.code == 0, outcome.err
    assert names(run_dir / "tensorboard") == {"history", "epochs", "codes"}
    events = EventAccumulator(os.fspath(run_dir / "tensorboard" / "history"))
    events.Reload()
    assert [value.step for value in events.Tensors("mse_per_pixel")] == [1, 2]


@pytest.mark.slow
def test_a_finished_run_gets_the_codes_when_it_goes_on(train, small_run, finished, tmp_path):
    run = run_copies.copied(finished, tmp_path / "run")
    before = run_copies.content(run)
    flags = ("--epochs=3", "--validation_fraction=0.2", f"--run_dir={run.path}", "--resume")
    assert train(*small_run, *flags, "--tensorboard").code == 0
    assert names(run.tensorboard) == {"codes"}
    after = run_copies.content(run)
    assert {name: after[name] for name in before} == before


@pytest.mark.slow
def test_a_run_without_it_has_no_folder_for_it(finished):
    assert not finished.tensorboard.exists()
