"""Accuracy layer by layer, and against the number of labels."""

import plot_contract
import pytest

from kerasae.config import RunError
from kerasae.figures.plots import label_efficiency, layer_accuracy
from kerasae.files import write_csv
from kerasae.run_dir import RunDir


@pytest.fixture
def run(tmp_path):
    """Tables of two datasets."""
    run = RunDir(tmp_path)
    for dataset, better in (("mnist", 0.1), ("fashion_mnist", 0.0)):
        folder = run.readouts / dataset
        layers = [
            {"layer": layer, "head": head, "features": 9, "accuracy": accuracy + better}
            for layer, accuracy in (("conv_1", 0.5), ("pool_1", 0.6), ("code", 0.8))
            for head in ("linear", "ridge")
        ]
        write_csv(folder / layer_accuracy.FILE, list(layers[0]), layers)
        draws = [
            {"labels_per_class": count, "draw": draw, "accuracy": accuracy + draw / 10 + better}
            for count, accuracy, draws in (("1", 0.3, 3), ("10", 0.5, 3), ("all", 0.8, 1))
            for draw in range(draws)
        ]
        write_csv(folder / label_efficiency.FILE, list(draws[0]), draws)
    return run


@pytest.mark.parametrize("plot", [layer_accuracy, label_efficiency])
def test_a_figure_keeps_the_contract(plot, run):
    plot_contract.check(plot, run)


def test_a_panel_a_dataset_and_a_line_a_head(run):
    figure = layer_accuracy.draw(run)
    assert [axes.get_title() for axes in figure.axes] == ["fashion_mnist", "mnist"]
    for axes, better in zip(figure.axes, (0, 0.1), strict=True):
        assert [line.get_label() for line in axes.lines] == ["linear", "ridge"]
        for line in axes.lines:
            assert list(line.get_xdata()) == ["conv_1", "pool_1", "code"]
            assert list(line.get_ydata()) == pytest.approx(
                [0.5 + better, 0.6 + better, 0.8 + better]
            )
        assert axes.get_ylabel() == "test accuracy"
    figure.draw_without_rendering()


def test_means_over_draws_with_their_spread(run):
    figure = label_efficiency.draw(run)
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "10", "all"]
    assert axes.get_legend_handles_labels()[1] == ["fashion_mnist", "mnist"]
    lines = [container.lines[0] for container in axes.containers]
    assert list(lines[0].get_ydata()) == pytest.approx([0.4, 0.6, 0.8])
    assert list(lines[1].get_ydata()) == pytest.approx([0.5, 0.7, 0.9])
    (bars,) = axes.containers[0].lines[2]
    heights = [segment[1, 1] - segment[0, 1] for segment in bars.get_segments()]
    assert heights == pytest.approx([0.2, 0.2, 0]), "twice the standard deviation; none of one draw"
    figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("plot", "command"),
    [(layer_accuracy, "kerasae.readout --layer=all"),
     (label_efficiency, "kerasae.readout --labels_per_class")],
)  # fmt: skip
def test_the_command_that_is_missing_is_named(plot, command, tmp_path):
    with pytest.raises(RunError, match=f"has no {plot.FILE}: {command} makes it"):
        plot.draw(RunDir(tmp_path))
