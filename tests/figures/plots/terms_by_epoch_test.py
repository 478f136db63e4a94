import made_records
import plot_contract
import pytest

from kerasae.figures import drawing
from kerasae.figures.plots import terms_by_epoch
from kerasae.run_dir import RunDir
from kerasae.training import history


def made(folder, objective, **terms):
    run = RunDir(folder)
    rows = [
        history.row(epoch, 0.3 / epoch, 0.1 / epoch, None, 1.0, 10, terms) for epoch in (1, 2, 3)
    ]
    made_records.write_history(run, rows)
    made_records.write_run(run, [f"--training_objective={objective}"])
    return run


def test_it_keeps_the_contract_and_shows_each_term_times_its_weight(tmp_path):
    figure = plot_contract.check(terms_by_epoch, made(tmp_path, "sparse", code_l1=2.0))
    lines = {line.get_label(): list(line.get_ydata()) for line in figure.axes[0].lines}
    assert lines["1 × mse_per_pixel"] == [0.1, 0.05, 0.1 / 3]
    assert lines["0.001 × code_l1"] == [pytest.approx(0.002)] * 3
    assert lines["loss"] == [0.3, 0.15, 0.3 / 3]


def test_the_error_alone_has_its_own_figure(tmp_path):
    run = made(tmp_path, "reconstruction")
    assert drawing.unavailable(run, terms_by_epoch) == "nothing but the error was minimised"
