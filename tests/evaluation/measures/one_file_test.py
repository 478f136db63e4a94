"""A measure, a figure, a probe and a head are one file each, and appear wherever theirs do."""

import contextlib
import shutil

import measure_contract
import plot_contract
import plugins
import probe_contract
import pytest

from kerasae import registry
from kerasae.run_dir import RunDir

MEASURE = '''"""Brightness of the test images."""

import numpy as np

from kerasae.evaluation.measured import Measured

TITLE = "Brightness of the test images"
UNITS = {"mean_brightness_*": "mean of a pixel in [0, 1]"}
NEEDS_LABELS = NEEDS_CLASSIFIERS = NEEDS_OTHER = SLOW = False


def compute(subject):
    batches = subject.test.batches(100).as_numpy_iterator()
    brightness = np.concatenate([images.mean(axis=(1, 2, 3)) for images in batches])
    mean = float(brightness.mean())
    columns = {"pixels": {"mean brightness": mean}}
    arrays = {"brightness": brightness}
    return Measured({"mean_brightness_pixels": mean}, {}, {}, arrays, compared=columns)
'''
PROBE = '''"""Mean of the test images."""


def compute(autoencoder, split, seed, display):
    return {"mean": next(split.batches(split.num_images).as_numpy_iterator()).mean(axis=0)}
'''
FIGURE = '''"""Mean image, above it the mean brightness."""

import numpy as np

from kerasae.figures import evaluation, style

NEEDS = (*evaluation.needs("brightness", "arrays.npz"), "probes/mean_image.npz")


def draw(run):
    figure = style.figure(2, 2)
    axes = figure.add_subplot()
    style.show_image(axes, np.load(run.probes / "mean_image.npz")["mean"])
    axes.set_title(f"{evaluation.arrays(run, 'brightness')['brightness'].mean():.3f}")
    return figure
'''
HEAD = '''"""Ridge by another name."""

from kerasae.readouts.heads.ridge import SUFFIX, Config, fit, load  # noqa: F401
'''
KINDS = {
    registry.MEASURES: {"brightness": MEASURE},
    registry.PROBES: {"mean_image": PROBE},
    registry.PLOTS: {"brightness_figure": FIGURE},
    registry.HEADS: {"crest": HEAD},
}


@pytest.fixture(scope="module")
def run(cli, finished, tmp_path_factory):
    """A run that was measured, read out, drawn and reported while the plug-ins were there."""
    run = RunDir(tmp_path_factory.mktemp("one_file") / "run")
    shutil.copytree(finished.path, run.path)
    with contextlib.ExitStack() as stack:
        for package, code in KINDS.items():
            folder = tmp_path_factory.mktemp(package.rsplit(".", 1)[-1])
            stack.enter_context(plugins.added(package, folder, **code))
        for command, *flags in (
            ("evaluate", "--measures=brightness"),
            ("readout", "--heads=crest", "--nobaselines"),
            ("report",),
        ):
            outcome = cli(command, f"--run_dir={run.path}", *flags)
            assert outcome.code == 0, outcome.err
        yield run


@pytest.mark.parametrize(
    ("command", "name"),
    [("evaluate", "brightness"), ("report", "brightness_figure"), ("readout", "crest"),
     ("evaluate", "crest")],
)  # fmt: skip
def test_help_lists_it(cli, run, command, name):
    assert name in cli(command, "--help").out


def test_the_page_has_it_in_its_last_section(run):
    page = (run.path / "report" / "index.html").read_text(encoding="utf-8")
    before, more = page.split(">More</h2>")
    assert "<summary>Brightness of the test images</summary>" in more
    assert "<td>mean of a pixel in [0, 1]</td>" in more
    assert '<figure id="brightness_figure">' in more
    assert "<figcaption>Mean image, above it the mean brightness.</figcaption>" in more
    assert "<td>crest readout</td>" in before


def test_the_comparison_has_its_column(cli, run, tmp_path):
    outcome = cli("compare", f"--run_dirs={run.path}", f"--out={tmp_path}")
    assert outcome.code == 0, outcome.err
    heading, _, own, pixels = outcome.out.splitlines()
    assert "| mean brightness |" in heading
    assert "| crest readout, digits, 200 labels |" in heading
    assert own.startswith("| run |") and pixels.startswith("| run: pixels |")


def test_it_keeps_the_contract(run, subject, tmp_path):
    measure = registry.load(registry.MEASURES, "brightness", "--measures")
    measure_contract.check(measure, subject, RunDir(tmp_path))
    plot_contract.check(registry.load(registry.PLOTS, "brightness_figure", "--figures"), run)
    probe = registry.load(registry.PROBES, "mean_image", "the probe")
    probe_contract.check(probe, subject.autoencoder, subject.test)
