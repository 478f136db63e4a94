"""The contract, for every figure that needs probes alone, on small models of both families.

Figures of measures and of readouts have files of their own; together they are all.
"""

from pathlib import Path

import numpy as np
import plot_contract
import pytest

from kerasae import registry, tables
from kerasae.config import RunError
from kerasae.run_dir import RunDir

PLOTS = "kerasae.figures.plots"
PLOTS_OF_PROBES = [
    name
    for name in registry.names(PLOTS)
    if all(need.startswith("probes/") for need in registry.load(PLOTS, name, "").NEEDS)
]
MODELS = {
    "pooled": ("pooled", {"filters": (12, 5), "dense_sizes": (7,), "latent_dim": 5}, (12, 12, 1)),
    "tied": ("all_convolutional", {"filters": (6, 2), "kernel_sizes": (5, 3)}, (12, 14, 1)),
    "colour": ("pooled", {"filters": (1,), "kernel_sizes": (3,), "latent_dim": 1}, (8, 8, 3)),
}


@pytest.fixture(scope="module", params=MODELS)
def run(request, tmp_path_factory):
    """A directory with every probe of an untrained model; colours have no labels."""
    from kerasae.data.split import MemorySplit
    from kerasae.models.autoencoder import build_autoencoder

    family, settings, shape = MODELS[request.param]
    config = registry.load("kerasae.models.families", family, "--model").Config(**settings)
    autoencoder = build_autoencoder(family, config, shape)
    images = np.random.default_rng(0).integers(0, 256, (30, *shape)).astype(np.uint8)
    known = () if request.param == "colour" else (np.arange(30) % 10, tuple("0123456789"))
    split = MemorySplit(images, *known)
    run = RunDir(tmp_path_factory.mktemp(request.param))
    run.probes.mkdir()
    for name in registry.names("kerasae.probes"):
        probe = registry.load("kerasae.probes", name, "the probe")
        np.savez(run.probes / f"{name}.npz", **probe.compute(autoencoder, split, 0))
    return run


@pytest.mark.parametrize("name", PLOTS_OF_PROBES)
def test_a_figure_keeps_the_contract(name, run):
    plot = registry.load(PLOTS, name, "the figure")
    if name == "filters_layer_2" and "colour" in run.path.name:
        with pytest.raises(RunError, match="has one convolution"):
            plot.draw(run)
        return
    if name == "prior_samples":
        assert "variational" in plot.unavailable(run), "only its models have a prior"
        images = np.random.default_rng(0).random((60, 8, 8, 1), np.float32)
        np.savez(run.probes / "prior_samples.npz", images=images, code_size=np.array(3))
    plot_contract.check(plot, run)


def test_the_threshold_and_the_numbers_stand_on_the_filters(run):
    plot = registry.load(PLOTS, "filters_layer_1", "the figure")
    (axes, _bar) = plot.draw(run).axes
    arrays = np.load(run.probes / "kernels.npz")
    assert len(axes.images) == (2 if "colour" in run.path.name else 1)
    assert f"|weight| ≥ {tables.brief(float(arrays['threshold_1']))}" in axes.get_title(loc="left")
    numbers = [text.get_text() for text in axes.texts]
    assert numbers == [f"{number:02}" for number in range(arrays["kernel_1"].shape[-1])]


def test_a_change_of_colour_alone_is_shown(tmp_path):
    """As much more red as less green: the mean over the channels would be no change."""
    run = RunDir(tmp_path)
    run.probes.mkdir()
    images = np.full((1, 9, 4, 4, 3), 0.5, np.float32)
    images[0, -1] += np.array([0.4, -0.4, 0], np.float32)
    np.savez(
        run.probes / "traversals.npz",
        units=np.array([0]),
        images=images,
        values=np.linspace(-1, 1, 9)[np.newaxis],
        effects=np.array([0.3]),
        code_size=np.array(1),
    )
    _, changes = registry.load(PLOTS, "traversals", "the figure").draw(run).axes
    (image,) = changes.images
    np.testing.assert_allclose(image.get_array()[-1, -1], [1, 0, 0.5], atol=1e-6)


def test_more_than_32_maps_are_said_to_be_cut(tmp_path):
    run = RunDir(tmp_path)
    run.probes.mkdir()
    np.savez(
        run.probes / "activations.npz",
        samples=np.array(["1"]),
        titles=np.array(["input", "layer 1: conv_1", "output"]),
        channels=np.array([1, 40, 1]),
        stage_0=np.zeros((1, 4, 4, 1)),
        stage_1=np.ones((1, 4, 4, 32)),
        stage_2=np.zeros((1, 4, 4, 1)),
    )
    figure = registry.load(PLOTS, "activations", "the figure").draw(run)
    assert "40 maps of 4×4\nfirst 32 shown" in figure.axes[1].get_ylabel()


def test_names_of_classes_that_lie_together_do_not_cover_each_other(tmp_path):
    run = RunDir(tmp_path)
    run.probes.mkdir()
    points = np.random.default_rng(0).normal(size=(400, 2))
    np.savez(
        run.probes / "code_map.npz",
        pca=points,
        tsne=points[:0],
        variance_share=np.array([0.5, 0.2]),
        positions=np.arange(400),
        thumbnails=np.zeros((2, 4, 4, 1), np.uint8),
        thumbnail_points=np.array([0, 399]),
        perplexity=np.array(1.0),
        labels=np.arange(400) % 4,
        class_names=np.array(list("abcd")),
    )
    left, right = registry.load(PLOTS, "code_map", "the figure").draw(run).axes
    assert left.get_xlabel() == "component 1 (50.0% of the variance)"
    assert [text.get_text() for text in left.texts] == list("abcd")
    places = np.array([text.get_position() for text in left.texts]) / np.ptp(points, axis=0)
    apart = np.abs(places[:, np.newaxis] - places).max(axis=-1)
    assert apart[~np.eye(4, dtype=bool)].min() > 0.06
    assert right.texts[0].get_text() == "too few images"


def test_every_figure_is_held_to_the_contract():
    """One that needs more than probes is named in another file of this folder that checks it."""
    checking = [
        text
        for path in Path(__file__).parent.glob("*_test.py")
        if "plot_contract.check" in (text := path.read_text(encoding="utf-8"))
    ]
    unchecked = set(registry.names(PLOTS)) - set(PLOTS_OF_PROBES)
    assert not {name for name in unchecked if not any(name in text for text in checking)}
