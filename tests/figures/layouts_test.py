"""No text outside a figure or over another one, whatever number of panels and classes it has."""

from types import SimpleNamespace

import figure_layout
import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage

from kerasae import registry
from kerasae.evaluation import measured
from kerasae.evaluation.measured import Measured
from kerasae.readouts import curves, results
from kerasae.readouts.curves import LabelCurve, LabelRow, LayerCurve, LayerRow
from kerasae.readouts.origin import Images, Origin
from kerasae.readouts.results import HeadResult
from kerasae.run_dir import RunDir

RNG = np.random.default_rng(0)
# Panels, classes, and letters of a class's name.
SIZES = {"1 of 2": (1, 2, 1), "2 of 100": (2, 100, 30), "6 of 10": (6, 10, 30)}
SHAPE = (8, 8, 1)


@pytest.fixture(scope="module", params=SIZES)
def run(request, tmp_path_factory):
    """A directory with every file that figures of readouts and of measures read."""
    panels, classes, letters = SIZES[request.param]
    names = tuple(
        f"{number} {'name of a class ' * 2}"[:letters] or "0" for number in range(classes)
    )
    names = tuple(f"{name[: max(1, letters - 3)]}{number}" for number, name in enumerate(names))
    run = RunDir(tmp_path_factory.mktemp("run"))
    _write_readouts(run, panels, names)
    classifiers = _heads(panels)
    _write_noise(run, panels, classifiers)
    _write_attack(run, classifiers, names)
    _write_clustering(run, panels, names)
    _write_anomaly(run, panels)
    _write_left_out(run, names)
    _write_code_map(run, names)
    return run


FIGURES = (
    "confusion", "layer_accuracy", "label_efficiency", "noise_curves", "attack_curves",
    "attack_examples", "dendrograms", "anomaly_histograms", "leave_one_class_out", "code_map",
)  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_texts_lie_inside_and_apart(name, run):
    figure = registry.load(registry.PLOTS, name, "the figure").draw(run)
    assert not figure_layout.faults(figure)


def test_a_text_outside_and_one_over_another_are_found():
    from kerasae.figures import style

    figure = style.figure(2, 2)
    figure.text(0.5, 0.5, "one")
    figure.text(0.55, 0.5, "other", rotation=30)
    figure.text(0.9, 0.1, "far too long")
    assert figure_layout.faults(figure) == ["outside: 'far too long'", "'one' over 'other'"]


def _heads(panels):
    return ("linear", "ffn", "pixels linear", "pca linear", "ridge", "untrained linear")[:panels]


def _write_readouts(run, panels, names):
    count = len(names)
    confusion = RNG.integers(0, 1000, (count, count))
    for number in range(panels):
        images = Images(f"dataset_{number}", f"content {number}", names, None, (28, 28))
        result = HeadResult(
            origin=Origin(images, "code", "linear", {}, 0),
            encoder_trained_on="mnist",
            accuracy=0.5,
            classes=names,
            precision=(0.5,) * count,
            recall=(0.5,) * count,
            confusion=tuple(map(tuple, confusion.tolist())),
            train_images=60_000,
            test_images=int(confusion.sum()),
            features=49,
            seconds=0.5,
            fitted=results.now(),
            settings={},
        )
        results.write(run, result, None)
        layers = [f"conv_{n}_activation" for n in range(1, 7)]
        rows = tuple(
            LayerRow(layer, head, 9, 0.5) for layer in layers for head in ("linear", "ffn")
        )
        curves.write(run, LayerCurve(Origin(images, "code", curves.BY_LAYER, {}, 0), 900, rows))
        rows = tuple(LabelRow(n, 0, 0.5 + number / 10) for n in ("1", "3", "10", "30", "all"))
        made_of = Origin(images, "code", curves.LABEL_EFFICIENCY, {}, 0)
        curves.write(run, LabelCurve(made_of, 900, rows))


def _write(run, measure, tables=None, arrays=None, **settings):
    common = {"dataset": "mnist", "test images": "40 drawn of 360", "seed": 2}
    plugin = SimpleNamespace(TITLE=measure, UNITS={})
    found = Measured({}, settings, tables or {}, arrays or {})
    measured.write(run, measure, plugin, found, common, "key")


def _write_noise(run, panels, classifiers):
    kinds = ("gaussian_clipped", "occlusion", "salt_and_pepper", "a", "b", "c")[:panels]
    rows = [
        {"corruption": kind, "level": level, "classifier": name, "accuracy": 0.9 - level}
        for kind in kinds for level in (0.0, 0.2, 0.5) for name in classifiers
    ]  # fmt: skip
    fits = [
        {"corruption": kind, "classifier": name, "threshold": 0.7, "slope": 2.0, "clean": 0.9,
         "chance": 0.1, "residual": 0.1}
        for kind in kinds for name in classifiers
    ]  # fmt: skip
    units = dict.fromkeys(kinds, "standard deviation of the noise, pixels not clipped")
    _write(run, "noise", {"curves": rows, "fits": fits}, **{"level units": units})


def _write_attack(run, classifiers, names):
    rows = [
        {"classifier": name, "direction": direction, "size": size, "accuracy": 0.9 - size}
        for name in classifiers
        for direction in ("gradient sign", "random sign")
        for size in (0.0, 0.1, 0.3)
    ]
    count = len(names)
    predictions = np.array([names[::-1]] * len(classifiers))
    arrays = {
        "images": RNG.random((count, *SHAPE)),
        "reconstructions": RNG.random((count, *SHAPE)),
        "attacked": RNG.random((len(classifiers), count, *SHAPE)),
        "attacked_reconstructions": RNG.random((len(classifiers), count, *SHAPE)),
        "predictions": predictions,
        "attacked_predictions": predictions,
        "classifiers": np.array(classifiers),
        "classes": np.array(names),
        "size": np.array(0.1),
    }
    _write(run, "attack", {"curves": rows}, arrays, chance=0.1)


def _write_clustering(run, panels, names):
    layers = [
        "pixels",
        "pca",
        "code",
        "conv_1_activation",
        "conv_2_activation",
        "dense_1_activation",
    ]
    layers = layers[:panels]
    rows = [
        {"layer": layer, "features": 1568, "adjusted_rand": 0.5, "nmi": 0.25} for layer in layers
    ]
    arrays = {
        f"linkage_{number}": linkage(RNG.random((len(names), 3)), "average")
        for number in range(panels)
    }
    arrays |= {"layers": np.array(layers), "classes": np.array(names)}
    _write(run, "clustering", {"agreement": rows}, arrays, linkage="average")


def _write_anomaly(run, panels):
    scores = ("autoencoder", "pca", "mean image")[:panels]
    rows = [
        {"anomaly": kind, "score": score, "auroc": 0.875, "average_precision": 0.75}
        for score in scores for kind in ("other", "noise")
    ]  # fmt: skip
    arrays = {
        f"{kind}_{score.replace(' ', '_')}": RNG.lognormal(center, size=50)
        for center, kind in enumerate(("own", "other", "noise"), start=-5) for score in scores
    }  # fmt: skip
    _write(run, "anomaly", {"scores": rows}, arrays, **{"other dataset": "fashion_mnist"})


def _write_left_out(run, names):
    count = len(names)
    rows = [
        {"class": name, "auroc": 0.5, "average_precision": 0.5, "control_auroc": 0.4,
         "test_images": 10}
        for name in names
    ]  # fmt: skip
    arrays = {
        "errors": RNG.lognormal(-4, size=(count, 4 * count)),
        "control_errors": RNG.lognormal(-4, size=4 * count),
        "labels": np.arange(4 * count) % count,
        "class_numbers": np.arange(count),
        "classes": np.array(names),
    }
    _write(run, "leave_one_class_out", {"classes": rows}, arrays, training="3 epochs")


def _write_code_map(run, names):
    run.probes.mkdir(exist_ok=True)
    points = RNG.normal(size=(400, 2))
    np.savez(
        run.probes / "code_map.npz",
        pca=points,
        tsne=points,
        variance_share=np.array([0.5, 0.2]),
        positions=np.arange(400),
        thumbnails=np.zeros((2, 4, 4, 1), np.uint8),
        thumbnail_points=np.array([0, 399]),
        perplexity=np.array(30.0),
        labels=np.arange(400) % len(names),
        class_names=np.array(names),
    )
