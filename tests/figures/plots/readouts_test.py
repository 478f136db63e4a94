"""The figures that read readouts' results."""

import shutil

import numpy as np
import plot_contract
import pytest
from made_records import spec, write_readout, write_run

from kerasae.config import RunError
from kerasae.figures.plots import confusion, confusion_vs_published, linear_vs_ffn
from kerasae.published import experiments
from kerasae.run_dir import RunDir
from kerasae.runs import settings

COGNITION = experiments.load("cognition")
MNIST = spec("mnist:3.0.1")


def save(run, head, matrix, dataset=MNIST, **more):
    write_readout(run, dataset, head, confusion=matrix, **more)


@pytest.fixture
def run(tmp_path):
    """Both heads on MNIST, each three images worse than published: threes taken for fives."""
    run = RunDir(tmp_path)
    write_run(run, settings=settings.to_json(COGNITION.config()))
    for head in COGNITION.published_heads:
        matrix = np.array(COGNITION.confusion(head))
        matrix[3, 3] -= 3
        matrix[3, 5] += 3
        save(run, head, matrix)
    return run


def cells(axes):
    return np.array([text.get_text() for text in axes.texts]).reshape(10, 10)


@pytest.mark.parametrize("plot", [confusion, confusion_vs_published, linear_vs_ffn])
def test_a_figure_keeps_the_contract(plot, run):
    plot_contract.check(plot, run)


def test_every_readout_gets_a_panel(run):
    save(run, "linear", [[8, 2], [1, 9]], spec("fashion_mnist", ("boot", "coat")))
    save(run, "linear", np.eye(10, dtype=int), features_of="baselines/pca")
    figure = confusion.draw(run)
    titles = [axes.get_title() for axes in figure.axes if axes.get_title()]
    assert titles == [
        "linear readout on fashion_mnist\naccuracy 0.8500, 60,000 labels",
        "feed-forward readout on mnist:3.0.1\naccuracy 0.8305, 60,000 labels",
        "linear readout on mnist:3.0.1\naccuracy 0.8197, 60,000 labels",
    ]
    first = figure.axes[0]
    assert [text.get_text() for text in first.texts] == ["8", "2", "1", "9"]
    np.testing.assert_allclose(first.images[0].get_array(), [[0.8, 0.2], [0.1, 0.9]])
    figure.draw_without_rendering()


def test_no_readout_is_said_to_be_missing(tmp_path):
    with pytest.raises(RunError, match="There is no readout in"):
        confusion.draw(RunDir(tmp_path))


def test_the_difference_is_ours_minus_published(run):
    figure = confusion_vs_published.draw(run)
    ours, theirs, difference, *_ = figure.axes
    assert ours.get_title() == "linear readout, ours\n60,000 labels, accuracy 0.8197"
    assert theirs.get_title() == "linear readout, published\naccuracy 0.8200"
    assert cells(theirs)[3, 3] == "754"
    changes = cells(difference)
    assert changes[3, 3] == "−3"
    assert changes[3, 5] == "+3"
    assert (changes == "0").sum() == 98
    # Both are for the worse, and have the same colour.
    shown = difference.images[0].get_array()
    assert shown[3, 3] == shown[3, 5] == -3


def test_of_several_readouts_the_one_of_the_most_labels_is_compared(run):
    save(run, "linear", np.eye(10, dtype=int), train_images=5_000, max_examples=5_000)
    assert "0.8197" in confusion_vs_published.draw(run).axes[0].get_title()


def test_other_images_are_not_laid_beside_the_published_ones(run):
    save(run, "ffn", 10 * np.eye(10, dtype=int) + 1)
    with pytest.raises(RunError, match=r"all 10,000 test images .* Received: 200 images"):
        confusion_vs_published.draw(run)


@pytest.mark.parametrize("plot", [confusion_vs_published, linear_vs_ffn])
def test_other_classes_are_refused(plot, run):
    other = spec("mnist:3.0.1", tuple("abcdefghij"))
    save(run, "linear", np.array(COGNITION.confusion("linear")), other)
    with pytest.raises(RunError, match=r"linear on mnist:3\.0\.1 .*classes 0, 1"):
        plot.draw(run)


def test_recall_is_drawn_digit_by_digit(run):
    left, right = linear_vs_ffn.draw(run).axes
    linear, ffn = (line.get_xdata() for line in left.lines)
    assert linear[5] == pytest.approx(100 * 565 / 892)
    assert ffn[5] == pytest.approx(100 * 470 / 892)
    ours = right.lines[0].get_xdata()
    assert ours[3] == pytest.approx(100 * 751 / 1010)
    assert ours[5] == pytest.approx(linear[5])


@pytest.mark.parametrize("plot", [confusion_vs_published, linear_vs_ffn])
def test_a_run_of_no_experiment_and_one_without_readouts_have_no_such_figure(plot, run):
    assert plot.unavailable(run) is None
    (folder,) = run.readouts.glob("mnist/ffn-*")
    shutil.rmtree(folder)
    with pytest.raises(RunError, match=r"ffn on mnist is missing; .*--dataset=mnist makes"):
        plot.draw(run)
    other = experiments.load("ones_and_eights")
    write_run(run, settings=settings.to_json(other.config()))
    assert "repeats no experiment" in plot.unavailable(run)
