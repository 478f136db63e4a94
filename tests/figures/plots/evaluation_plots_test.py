"""The figures that read measures' files, on files written here."""

from types import SimpleNamespace

import numpy as np
import plot_contract
import pytest
from scipy.cluster.hierarchy import linkage

from kerasae import registry
from kerasae.evaluation import measured
from kerasae.evaluation.measured import Measured
from kerasae.run_dir import RunDir

CLASSES = ["T-shirt/top", "Ankle boot", "7", "$bag$"]
CLASSIFIERS = ["linear", "ffn", "pixels linear"]
SHAPE = (8, 9, 1)
RNG = np.random.default_rng(0)


def write(run, measure, tables=None, arrays=None, **settings):
    """A measure's files, by the code that writes them in life."""
    common = {"dataset": "mnist", "test images": "40 drawn of 360", "seed": 2}
    plugin = SimpleNamespace(TITLE=measure, UNITS={})
    found = Measured({}, settings, tables or {}, arrays or {})
    measured.write(run, measure, plugin, found, common, "key")


def write_noise(run):
    kinds, levels = ("gaussian_clipped", "occlusion", "another"), (0.0, 0.2, 0.5)
    curves = [
        {"corruption": kind, "level": level, "classifier": name, "accuracy": 0.9 - level}
        for kind in kinds
        for level in levels
        for name in CLASSIFIERS
    ]
    thresholds = dict(zip(CLASSIFIERS, (0.3, 0.7, None), strict=True))
    fits = [
        {"corruption": kind, "classifier": name, "threshold": threshold,
         "slope": threshold and 2.0, "clean": 0.9, "chance": 0.25, "residual": None}
        for kind in kinds
        for name, threshold in thresholds.items()
    ]  # fmt: skip
    units = {kind: f"level of {kind}" for kind in kinds}
    write(run, "noise", {"curves": curves, "fits": fits}, **{"level units": units})


def write_attack(run):
    rows = [
        {"classifier": name, "direction": direction, "size": size, "accuracy": 0.9 - size}
        for name in CLASSIFIERS
        for direction in ("gradient sign", "random sign")
        for size in (0.0, 0.1, 0.3)
    ]
    count = len(CLASSES)
    predictions = np.array([CLASSES] * 3)
    predictions[0, 0] = "Ankle boot"
    arrays = {
        "images": RNG.random((count, *SHAPE)),
        "reconstructions": RNG.random((count, *SHAPE)),
        "attacked": RNG.random((3, count, *SHAPE)),
        "attacked_reconstructions": RNG.random((3, count, *SHAPE)),
        "predictions": np.array([CLASSES] * 3),
        "attacked_predictions": predictions,
        "classifiers": np.array(CLASSIFIERS),
        "classes": np.array(CLASSES),
        "size": np.array(0.1),
    }
    write(run, "attack", {"curves": rows}, arrays, chance=0.25)


def write_clustering(run):
    layers = ["pixels", "pca", "conv_1_activation", "code"]
    rows = [
        {"layer": layer, "features": 1568, "adjusted_rand": 0.5, "nmi": 0.25} for layer in layers
    ]
    arrays = {
        f"linkage_{number}": linkage(RNG.random((len(CLASSES), 3)), "average")
        for number in range(len(layers))
    }
    arrays |= {"layers": np.array(layers), "classes": np.array(CLASSES)}
    write(run, "clustering", {"agreement": rows}, arrays, linkage="average")


def write_anomaly(run):
    rows = [
        {"anomaly": kind, "score": score, "auroc": 0.875, "average_precision": 0.75}
        for score in ("autoencoder", "mean image")
        for kind in ("other", "noise")
    ]
    arrays = {
        f"{kind}_{score}": np.append(RNG.lognormal(center, size=50), 0.0)
        for center, kind in enumerate(("own", "other", "noise"), start=-5)
        for score in ("autoencoder", "mean_image")
    }
    write(run, "anomaly", {"scores": rows}, arrays, **{"other dataset": "fashion_mnist"})


def write_leave_one_class_out(run):
    rows = [
        {"class": name, "auroc": 0.2 * number + 0.1, "average_precision": 0.5,
         "control_auroc": 0.4, "test_images": 10}
        for number, name in enumerate(CLASSES)
    ]  # fmt: skip
    arrays = {
        "errors": RNG.lognormal(-4, size=(4, 40)),
        "control_errors": RNG.lognormal(-4, size=40),
        "labels": np.arange(40) % 4 + 3,
        "class_numbers": np.arange(4) + 3,
        "classes": np.array(CLASSES),
    }
    write(run, "leave_one_class_out", {"classes": rows}, arrays, training="3 epochs")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = RunDir(tmp_path_factory.mktemp("measured"))
    for write_one in (
        write_noise, write_attack, write_clustering, write_anomaly, write_leave_one_class_out
    ):  # fmt: skip
        write_one(run)
    return run


def plot(name):
    return registry.load("kerasae.figures.plots", name, "the figure")


FIGURES = (
    "noise_curves", "attack_curves", "attack_examples", "dendrograms", "anomaly_histograms",
    "leave_one_class_out",
)  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_keeps_the_contract_and_shows_its_settings(name, run):
    figure = plot_contract.check(plot(name), run)
    below = " ".join(figure._supxlabel.get_text().split())
    assert "dataset: mnist · test images: 40 drawn of 360 · seed: 2" in below


def test_noise_curves_show_thresholds(run):
    figure = plot("noise_curves").draw(run)
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title() for axes in panels] == [
        "Gaussian noise, clipped", "occlusion", "another"
    ]  # fmt: skip
    (legend,) = {
        tuple(text.get_text() for text in axes.get_legend().get_texts()) for axes in panels
    }
    assert legend == (
        "linear readout: 0.3000, 2.0",
        "feed-forward readout: beyond 0.5",
        "linear readout, of pixels: not found",
    )
    marks = [line for line in panels[0].lines if line.get_marker() == "|"]
    assert [line.get_xdata()[0] for line in marks] == [0.3]
    # The curve of `linear` passes half-way at its threshold.
    curves = [line for line in panels[0].lines if len(line.get_xdata()) == 300]
    x, y = curves[0].get_data()
    assert np.interp(0.3, x, y) == pytest.approx((0.9 + 0.25) / 2, abs=1e-4)


def test_attack_curves_show_every_classifier_and_luck(run):
    (axes,) = plot("attack_curves").draw(run).axes
    named = [line for line in axes.lines if not line.get_label().startswith("_")]
    assert [line.get_label() for line in named] == [
        "linear readout", "feed-forward readout", "linear readout, of pixels"
    ]  # fmt: skip
    np.testing.assert_allclose(named[0].get_ydata(), [0.9, 0.8, 0.6])
    assert len(axes.lines) == 2 * len(CLASSIFIERS) + 1


def test_wrong_predictions_are_marked(run):
    (axes,) = plot("attack_examples").draw(run).axes
    titles = [text.get_text() for text in axes.texts]
    assert titles[:4] == ["T-shirt/t…", "Ankle boot", "7", "$bag$"]
    assert titles[4:8] == ["✗ Ankle boot", "Ankle boot", "7", "$bag$"]
    assert sum(title.startswith("✗") for title in titles) == 1


def test_leaves_are_classes_and_layers_are_numbered(run):
    figure = plot("dendrograms").draw(run)
    panels = [axes for axes in figure.axes if axes.axison]
    for axes in panels:
        assert {text.get_text() for text in axes.get_yticklabels()} == set(CLASSES)
    titles = [axes.get_title(loc="left").splitlines()[0] for axes in panels]
    assert titles == [
        "pixels (1,568 numbers)",
        "PCA (1,568 numbers)",
        "layer 1: conv_1_activation (1,568 numbers)",
        "layer 2: code (1,568 numbers)",
    ]
    assert "ARI 0.500, NMI 0.250" in panels[0].get_title(loc="left")


def test_histograms_hold_every_image(run):
    figure = plot("anomaly_histograms").draw(run)
    assert len(figure.axes) == 2
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == [
        "mnist, test",
        "fashion_mnist, test: AUROC 0.8750, AP 0.7500",
        "uniform noise: AUROC 0.8750, AP 0.7500",
    ]
    for patch in figure.axes[0].patches:
        heights = patch.get_xy()[1:-1:2, 1]  # the upper edge of every bin
        assert max(heights) == pytest.approx(1), "none runs out of the top"
    low, high = figure.axes[0].get_xlim()
    assert low < 1e-8 and high > measured.read_arrays(run, "anomaly")["noise_autoencoder"].max()


def test_noise_alone_is_not_drawn(run, tmp_path):
    assert plot("anomaly_histograms").unavailable(run) is None
    alone = RunDir(tmp_path)
    rows = [{"anomaly": "noise", "score": "pca", "auroc": 1, "average_precision": 1}]
    arrays = {"own_pca": RNG.random(9), "noise_pca": RNG.random(9) + 1}
    write(alone, "anomaly", {"scores": rows}, arrays)
    assert "--other_dataset=NAME" in plot("anomaly_histograms").unavailable(alone)


def test_classes_left_out_stand_in_order(run):
    left, right = plot("leave_one_class_out").draw(run).axes
    assert [text.get_text() for text in left.get_yticklabels()] == CLASSES
    assert left.yaxis_inverted()
    areas = next(line for line in left.lines if line.get_label() == "class was left out")
    np.testing.assert_allclose(areas.get_xdata(), [0.1, 0.3, 0.5, 0.7])
    assert len(right.lines) == 4 * len(CLASSES)
