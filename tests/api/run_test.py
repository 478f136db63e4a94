"""A run that was trained on arrays: its model, its numbers, and every verb on it."""

import csv
import dataclasses
import json
import re
from unittest import mock

import numpy as np
import pytest
from caller_state import around

from kerasae import api
from kerasae.config import ConfigError
from kerasae.models.autoencoder import load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.training.fit import fit

pytestmark = pytest.mark.slow


@pytest.fixture
def numbers_only(monkeypatch):
    """What a finished training leaves beside its numbers takes longest, and is tried elsewhere."""
    monkeypatch.setattr("kerasae.jobs.train._complete", lambda *_: None)


@pytest.fixture
def images_alone(run):
    """The same run, opened without its images."""
    return api.open_run(run.path)


def test_the_model_is_applied_to_arrays(images_alone, digits):
    autoencoder = load_autoencoder(images_alone.path / "model.keras")
    scaled = (digits.images / np.float32(255))[..., None]
    found = images_alone.encode(digits.images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, autoencoder.encoder(scaled), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(images_alone.encode(scaled), images_alone.encode(scaled[..., 0]))
    np.testing.assert_allclose(images_alone.encode(scaled), found, rtol=1e-5, atol=1e-6)
    remade = images_alone.reconstruct(digits.images)
    assert remade.shape == digits.images.shape
    np.testing.assert_allclose(images_alone.decode(found)[..., 0], remade, rtol=1e-4, atol=1e-5)
    errors = np.square(remade - scaled[..., 0]).mean(axis=(1, 2))
    np.testing.assert_allclose(images_alone.errors(digits.images), errors, rtol=1e-4)


def test_other_images_and_codes_are_refused(images_alone, digits):
    for wrong in (digits.images * 1.0, digits.images.astype(int), digits.images[:, :7]):
        with pytest.raises(ConfigError, match="Received: images="):
            images_alone.encode(wrong)
    for wrong in (np.zeros((3, 5)), np.zeros(4), np.full((3, 4), np.nan), np.full((3, 4), "x")):
        with pytest.raises(ConfigError, match=r"codes must be an array of finite numbers \(n, 4\)"):
            images_alone.decode(wrong)


def test_its_numbers_and_pictures(images_alone, digits):
    assert images_alone.config.training.epochs == len(images_alone.history) == 2
    error = images_alone.errors(digits.test_images).mean()
    np.testing.assert_allclose(images_alone.metrics.test_mse_per_pixel, error, rtol=1e-4)
    assert set(images_alone.figures) == {"loss_by_epoch", "reconstructions"}
    assert images_alone.figures["reconstructions"]._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(KeyError, match="Known: loss_by_epoch, reconstructions"):
        images_alone.figures["confusion"]
    assert "2 epochs, code of 4" in repr(images_alone)


def test_the_record_says_what_it_was_trained_on(trained, digits):
    recorded = record.read(RunDir(trained)).dataset
    source = api.dataset(**digits.arrays)
    assert (recorded.name, recorded.content) == (source.spec.name, source.spec.content)
    (command,) = json.loads((trained / "environment.json").read_text())["command"]
    assert "dataset=<uint8 array (200, 8, 8)>" in command
    assert "'latent_dim': 4" in command


def test_every_verb_goes_through_on_its_images(run, digits, tmp_path):
    reached = run.readout(heads="ridge", baselines=False)
    assert set(reached.accuracies) == {"ridge"}
    turned = digits.images[:, ::-1]
    measured = run.evaluate(measures="anomaly", heads=["linear"], other_dataset=turned)
    assert measured["anomaly"]
    page = run.report(figures="filters_layer_1")
    assert page.is_file()
    assert "filters_layer_1" in run.figures
    arrays = api.encode(run, out=tmp_path / "codes.npz")
    np.testing.assert_allclose(arrays["test_codes"], run.encode(digits.test_images), atol=1e-5)
    np.testing.assert_array_equal(arrays["train_labels"], digits.labels)


def test_a_readout_of_other_arrays(run, digits):
    half = len(digits.images) // 2
    reached = run.readout(
        digits.images[:half], digits.labels[:half], heads=["ridge"], baselines=False,
        test_images=digits.test_images, test_labels=digits.test_labels,
    )  # fmt: skip
    assert reached.labels == half
    assert any("zero-shot" in title for title in reached.accuracies)


def test_without_its_images_what_needs_none_goes_on_and_what_needs_them_says_so(
    images_alone, cli, tmp_path
):
    path = images_alone.path
    wanted = "were given as arrays in Python and are kept nowhere: this needs them again"
    for verb, *flags in (
        ("readout", "--heads=ridge"),
        ("evaluate", "--measures=reconstruction"),
        ("encode", f"--out={tmp_path / 'codes.npz'}"),
        ("export", "--name=x", f"--out={tmp_path / 'models'}"),
        ("report", "--figures=filters_layer_1,code_map"),
    ):
        outcome = cli(verb, f"--run_dir={path}", *flags)
        assert outcome.code == 2, outcome.err
        assert wanted in outcome.complaint
    again = cli("train", f"--flagfile={path / 'flags.txt'}", f"--run_dir={path}", "--resume")
    assert (again.code, wanted in again.complaint) == (2, True)
    with pytest.raises(ConfigError, match=re.escape(wanted)):
        images_alone.readout(heads="ridge")
    assert cli("report", f"--run_dir={path}", "--figures=reconstructions").code == 0
    table = f"--out={tmp_path / 'table'}"
    assert cli("compare", f"--run_dirs={path}", table).code == 0
    other = cli("encode", f"--run_dir={path}", "--dataset=digits", "--resize",
                f"--out={tmp_path / 'codes.npz'}")  # fmt: skip
    assert other.code == 0, other.err


def test_a_shell_gives_it_its_own_images_in_a_file(run, digits, cli, tmp_path):
    np.savez(tmp_path / "digits.npz", **digits.arrays)
    flags = (f"--run_dir={run.path}", f"--dataset=npz:{tmp_path / 'digits.npz'}")
    in_python = run.readout(heads="ridge", baselines=False).accuracies
    outcome = cli("readout", *flags, "--heads=ridge", "--nobaselines")
    assert outcome.code == 0, outcome.err
    assert f"{next(iter(in_python.values())):.4f}" in outcome.out
    outcome = cli("encode", *flags, f"--out={tmp_path / 'codes.npz'}")
    assert outcome.code == 0, outcome.err
    codes = np.load(tmp_path / "codes.npz")["train_codes"]
    np.testing.assert_allclose(codes, run.encode(digits.images), rtol=1e-5, atol=1e-6)


def test_it_is_opened_with_its_own_images_only(run, digits):
    given = digits.arrays
    with pytest.raises(ConfigError, match="of other images than there are now"):
        api.open_run(run.path, given.pop("images")[::-1], **given)
    with pytest.raises(ConfigError, match="must stand beside images"):
        api.open_run(run.path, labels=digits.labels)
    named = api.dataset(**digits.arrays, name="by another name")
    assert api.open_run(run.path, named).source.spec.name == run.record.dataset.name


def test_an_export_is_opened(run, digits, tmp_path):
    version = run.export("small", out=tmp_path / "models", targets=["saved_model"], heads=["ridge"])
    assert version.manifest.version == 1
    np.testing.assert_allclose(version.encode(digits.images), run.encode(digits.images), atol=1e-5)
    np.testing.assert_allclose(version.errors(digits.images), run.errors(digits.images), atol=1e-5)
    assert version.image_shape == (None, None, 1)  # It resizes what it gets.
    assert version.code_size == 4
    card = (tmp_path / "models" / "small" / "1" / "MODEL_CARD.md").read_text()
    assert "The licence of the data isn't stated" in card
    again = api.export(verify=version)
    assert again.path == version.path
    reached = version.transfer(
        digits.images, digits.labels, out=tmp_path / "transfer", heads="ridge",
        labels_per_class=(1, "all"), baselines=False,
    )  # fmt: skip
    assert reached.page.is_file()
    assert set(reached.reached.accuracies) == {"ridge"}
    with pytest.raises(ConfigError, match="Received: images=int64"):
        version.encode(digits.images.astype(int))


def test_several_seeds(digits, tiny, tmp_path, numbers_only):
    runs = api.train(digits.images, digits.labels, seeds=(3, 5), run_dir=tmp_path, **tiny)
    assert {seed: run.path.name for seed, run in runs.items()} == {3: "seed-3", 5: "seed-5"}
    with (tmp_path / "seeds.csv").open() as file:
        assert [row["seed"] for row in csv.DictReader(file)][:2] == ["3", "5"]


@pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")
def test_a_search(digits, tiny, tmp_path):
    space = tmp_path / "space.toml"
    space.write_text('["model.latent_dim"]\nchoices = [2, 3]\n', encoding="utf-8")
    found = api.search(
        digits.images, digits.labels, space=space, out=tmp_path / "search", tuner="grid",
        validation_fraction=0.2, **tiny,
    )  # fmt: skip
    assert len(found.ranked) == 2


def test_an_interrupt_leaves_a_run_that_goes_on(
    digits, tiny, trained, tmp_path, monkeypatch, numbers_only
):
    monkeypatch.chdir(tmp_path)
    given = {**digits.arrays, **tiny}
    images = given.pop("images")

    def interrupted(*args):
        fit(*args)
        raise KeyboardInterrupt

    with (
        mock.patch("kerasae.jobs.train.fit", interrupted),
        pytest.raises(KeyboardInterrupt, match="the same call with resume=True goes on"),
    ):
        api.train(images, **given)
    (path,) = (tmp_path / "runs").iterdir()
    with pytest.raises(ConfigError, match=r"already holds a run\. resume=True goes on with it"):
        api.train(images, **given)
    with pytest.raises(ConfigError, match="resume=True goes on with the same settings only"):
        api.train(images[::-1], **given, resume=True, run_dir=path)
    run = api.train(images, **given, resume=True)
    assert run.path.resolve() == path
    measured = [
        dataclasses.replace(api.open_run(one).metrics, train_seconds=0, input_wait_fraction=None)
        for one in (path, trained)
    ]
    assert measured[0] == measured[1]
    assert {one.name for one in tmp_path.iterdir()} == {"runs"}


@pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")
def test_the_callers_random_state_is_left_alone(run, digits, tiny, tmp_path, float_policy):
    def work():
        run.encode(digits.images)
        run.readout(heads="ridge", baselines=False, layer="all")
        run.evaluate(measures="clustering", heads="linear")

    undisturbed = around(lambda: None)
    assert undisturbed == around(work)


def test_its_own_images_are_known_by_another_name(run, digits):
    named = api.dataset(**digits.arrays, name="digits of mine")
    reached = run.readout(named, heads="ridge", baselines=False)
    assert set(reached.accuracies) == {"ridge"}, "those of another dataset have zero-shot ones"


def test_runs_are_compared(images_alone, tmp_path):
    (row,) = api.compare([images_alone], out=tmp_path / "table")
    reached = images_alone.metrics.test_mse_per_pixel
    assert (row.runs, row.mean["test MSE per pixel"]) == (1, pytest.approx(reached))
    assert {path.name for path in (tmp_path / "table").iterdir()} >= {"table.md", "table.csv"}


def test_an_experiment_is_repeated_for_each_seed_on_images(digits, tmp_path, monkeypatch):
    """What it does is the job's, which the command line's test looks at."""
    repeated = []
    monkeypatch.setattr(
        "kerasae.jobs.reproduce.reproduce",
        lambda run, config, command: repeated.append((run.path.name, config, command)),
    )
    monkeypatch.setattr("kerasae.api.run.Run", lambda path, source: path)
    given = {"labels": digits.labels, "epochs": 2, "run_dir": tmp_path}
    monkeypatch.setattr("kerasae.reporting.comparison.rows", lambda groups: groups)
    monkeypatch.setattr("kerasae.reporting.comparison.write", lambda table, folder: repeated)
    runs = api.reproduce("cognition", digits.images, seeds=[3, 4], **given)
    assert runs == {seed: tmp_path / f"seed-{seed}" for seed in (3, 4)}
    (name, config, (command,)), _ = repeated
    assert (name, config.training.epochs, config.training.seed) == ("seed-3", 2, 3)
    assert config.data.dataset.startswith("arrays:")
    assert command.startswith("kerasae.api.reproduce(experiment='cognition', dataset=<uint8 array")
