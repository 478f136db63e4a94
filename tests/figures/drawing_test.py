import shutil

import made_records
import matplotlib.image
import numpy as np
import pytest
from strange_names import NAMES

from kerasae.config import ConfigError, RunError
from kerasae.figures import drawing, style
from kerasae.figures.drawing import draw
from kerasae.run_dir import RunDir
from kerasae.training import history


@pytest.fixture
def run(tmp_path, finished):
    """A run directory with what every run records at its start."""
    made = RunDir(tmp_path / "run")
    made.create()
    shutil.copy(finished.config, made.config)
    return made


def rows(count, validation):
    return [
        history.row(epoch, 1 / epoch, 1 / epoch, 2 / epoch if validation else None, 1.0, 10)
        for epoch in range(1, count + 1)
    ]


def picture_file(path):
    pixels = matplotlib.image.imread(path)
    assert pixels[..., :3].std() > 0.01, "the picture is blank"
    return pixels


def picture(run, name):
    return picture_file(run.figures / f"{name}.png")


@pytest.mark.parametrize("count", [1, 3, 100])
@pytest.mark.parametrize("validation", [False, True])
def test_loss_by_epoch(run, count, validation):
    made_records.write_history(run, rows(count, validation))
    draw(run, "loss_by_epoch")
    picture(run, "loss_by_epoch")


def test_validation_errors_are_drawn(run):
    made_records.write_history(run, rows(5, False))
    draw(run, "loss_by_epoch")
    without = picture(run, "loss_by_epoch")
    made_records.write_history(run, rows(5, True))
    draw(run, "loss_by_epoch")
    assert np.any(picture(run, "loss_by_epoch") != without)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 10])
def test_reconstructions(run, channels, count):
    arrays = {}
    for kind in ("typical", "worst"):
        for part in ("images", "reconstructions"):
            arrays[f"{kind}_{part}"] = np.random.default_rng(0).uniform(
                -0.2, 1.2, (count, 9, 7, channels)
            )
        arrays[f"{kind}_mse_per_pixel"] = np.linspace(0.1, 0.2, count)
    run.probes.mkdir(parents=True)
    np.savez(run.probes / "reconstructions.npz", **arrays)
    draw(run, "reconstructions")
    picture(run, "reconstructions")


def test_the_same_file_twice(run):
    """No dates inside, so that a picture under version control changes with its data only."""
    made_records.write_history(run, rows(3, True))
    draw(run, "loss_by_epoch")
    first = (run.figures / "loss_by_epoch.png").read_bytes()
    draw(run, "loss_by_epoch")
    assert (run.figures / "loss_by_epoch.png").read_bytes() == first


def test_the_published_curve_stands_beside_a_run_that_repeats_it(run):
    made_records.write_history(run, rows(5, False))
    draw(run, "loss_by_epoch")
    without = picture(run, "loss_by_epoch")
    report = {"filters": [32, 16], "kernel_sizes": [3, 3], "dense_sizes": [80], "latent_dim": 49}
    made_records.change_settings(run, "model_config", **report)
    made_records.change_settings(run, "data", dataset="mnist")
    made_records.change_run(run, train_images=60_000, image_shape=(28, 28, 1))
    draw(run, "loss_by_epoch")
    assert np.any(picture(run, "loss_by_epoch") != without)


def test_what_is_missing_is_named(run):
    with pytest.raises(RunError, match=r"loss_by_epoch needs history\.csv, model\.keras in .*run"):
        draw(run, "loss_by_epoch")
    assert not run.figures.exists()


def test_an_unknown_figure(run):
    with pytest.raises(ConfigError, match=r"the figure must be one of .*loss_by_epoch"):
        draw(run, "no_such_figure")


@pytest.mark.filterwarnings("error")
def test_names_are_drawn_as_they_are(tmp_path):
    """No `$` begins mathematics, no letter is unknown, nothing is as long as the picture."""
    made = []

    def make():
        figure = style.figure(5, 5)
        axes = figure.add_subplot()
        axes.barh([style.name(name) for name in NAMES], range(len(NAMES)))
        axes.set_title(style.name(NAMES[1]))
        axes.legend(axes.patches[:3], [style.name(name) for name in NAMES[:3]])
        made.append(figure)
        return figure

    drawing.save(tmp_path / "names.png", make)
    picture_file(tmp_path / "names.png")
    texts = [text.get_text() for text in made[0].axes[0].get_yticklabels()]
    assert texts[:2] == ["$1 and $2", r"$\frac$"]
    assert all(len(text) <= style.NAME_LETTERS for text in texts)
    assert made[0].axes[0].get_title() == r"$\frac$"
