import made_records
import plot_contract
import pytest

from kerasae.figures.plots import loss_by_epoch
from kerasae.published import experiments
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.training import history

COGNITION = settings.to_json(experiments.load("cognition").config())


def labels(run):
    (axes,) = loss_by_epoch.draw(run).axes
    return {line.get_label(): line.get_xydata().tolist() for line in axes.lines}


def write_history(run, errors, held_out=None):
    """Epochs with these errors, and the checkpoint that goes with them."""
    rows = [
        history.row(epoch, error, error, held_out, 1.0, 10)
        for epoch, error in enumerate(errors, start=1)
    ]
    made_records.write_history(run, rows)


@pytest.fixture
def run(tmp_path):
    run = RunDir(tmp_path)
    write_history(run, [0.1, 0.05, 0.1 / 3])
    made_records.write_run(run, settings=COGNITION)
    return run


def test_it_keeps_the_contract(run):
    plot_contract.check(loss_by_epoch, run)


def test_the_published_curve_begins_with_our_first_epoch(run):
    lines = labels(run)
    assert lines["published (report of Giulio Umbrella)"][0] == [1, 0.0463]
    assert lines["training (mean over the epoch)"][0] == [1, 0.1]


def test_validation_has_a_line_of_its_own(run):
    write_history(run, [0.1], held_out=0.2)
    assert labels(run)["validation (after the epoch)"] == [[1, 0.2]]


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("data", "dataset", "fashion_mnist"),
        ("model_config", "filters", [32, 32]),
        ("model_config", "latent_dim", 48),
        (None, "settings", {**COGNITION, "model": "all_convolutional"}),
        (None, "train_images", 54_000),
        (None, "image_shape", (36, 36, 1)),
    ],
)
def test_other_runs_have_no_published_curve(group, name, value, run):
    if group:
        made_records.change_settings(run, group, **{name: value})
    else:
        made_records.change_run(run, **{name: value})
    assert list(labels(run)) == ["training (mean over the epoch)"]
