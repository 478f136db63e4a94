"""Accuracy layer by layer, and against the number of labels."""

import plot_contract
import pytest

from kerasae.config import RunError
from kerasae.figures.plots import label_efficiency, layer_accuracy
from kerasae.readouts import curves
from kerasae.readouts.curves import LabelCurve, LabelRow, LayerCurve, LayerRow
from kerasae.readouts.origin import Images, Origin
from kerasae.run_dir import RunDir


@pytest.fixture
def run(tmp_path):
    """Curves of two datasets."""
    run = RunDir(tmp_path)
    for dataset, better in (("mnist", 0.1), ("fashion_mnist", 0.0)):
        write_layers(run, dataset, better)
        rows = tuple(
            LabelRow(count, sample, accuracy + sample / 10 + better)
            for count, accuracy, samples in (("1", 0.3, 3), ("10", 0.5, 3), ("all", 0.8, 1))
            for sample in range(samples)
        )
        curves.write(run, LabelCurve(origin(dataset, curves.LABEL_EFFICIENCY), 900, rows))
    return run


def origin(dataset, name, max_examples=None):
    images = Images(dataset, f"content of {dataset}", ("0", "1"), max_examples, (28, 28))
    return Origin(images, "code", name, {}, 0)


def write_layers(run, dataset, better, train_images=900, max_examples=None):
    rows = tuple(
        LayerRow(layer, head, 9, accuracy + better)
        for layer, accuracy in (("conv_1", 0.5), ("pool_1", 0.6), ("code", 0.8))
        for head in ("linear", "ridge")
    )
    made_of = origin(dataset, curves.BY_LAYER, max_examples)
    curves.write(run, LayerCurve(made_of, train_images, rows))


@pytest.mark.parametrize("plot", [layer_accuracy, label_efficiency])
def test_a_figure_keeps_the_contract(plot, run):
    plot_contract.check(plot, run)


def test_a_panel_a_dataset_and_a_line_a_head(run):
    figure = layer_accuracy.draw(run)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["fashion_mnist, 900 labels", "mnist, 900 labels"]
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
    assert axes.get_legend_handles_labels()[1] == [
        "fashion_mnist, 900 labels", "mnist, 900 labels"
    ]  # fmt: skip
    lines = [container.lines[0] for container in axes.containers]
    assert list(lines[0].get_ydata()) == pytest.approx([0.4, 0.6, 0.8])
    assert list(lines[1].get_ydata()) == pytest.approx([0.5, 0.7, 0.9])
    (bars,) = axes.containers[0].lines[2]
    heights = [segment[1, 1] - segment[0, 1] for segment in bars.get_segments()]
    assert heights == pytest.approx([0.2, 0.2, 0]), "twice the standard deviation; none of one draw"
    figure.draw_without_rendering()


def test_a_curve_of_fewer_labels_is_another_one(run):
    write_layers(run, "mnist", 0.0, train_images=50, max_examples=50)
    titles = [axes.get_title() for axes in layer_accuracy.draw(run).axes]
    assert titles == ["fashion_mnist, 900 labels", "mnist, 900 labels", "mnist, 50 labels"]


def test_people_find_a_csv_file_beside_each(run):
    (path,) = run.readouts.glob("mnist/by_layer-*/by_layer.csv")
    assert path.read_text().startswith("layer,head,features,accuracy\nconv_1,linear,9,0.6\n")


def test_a_curve_in_another_ones_folder_is_damaged(run):
    (folder,) = run.readouts.glob("mnist/by_layer-*")
    folder.rename(folder.with_name("by_layer-00000000"))
    with pytest.raises(RunError, match="it is another curve"):
        layer_accuracy.draw(run)


@pytest.mark.parametrize(
    ("plot", "message"),
    [(layer_accuracy, "no accuracy by layer: kerasae.readout --layer=all"),
     (label_efficiency, "no label efficiency: kerasae.readout --labels_per_class")],
)  # fmt: skip
def test_the_command_that_is_missing_is_named(plot, message, tmp_path):
    with pytest.raises(RunError, match=f"has {message} makes it"):
        plot.draw(RunDir(tmp_path))
