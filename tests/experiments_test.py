"""The flagfiles in experiments/ say what was published."""

from pathlib import Path

import pytest

from kerasae import run_flags
from kerasae.cli_flags import CommandLine

FOLDER = Path(__file__).parents[1] / "experiments"
FILES = sorted(FOLDER.glob("*.flags")) + sorted(FOLDER.glob("codes/*.flags"))


def read(file):
    line = CommandLine("")
    run_flags.define(line)
    before = file.with_name(file.name.removeprefix("demo_"))
    line.parse(["program", f"--flagfile={before}", f"--flagfile={file}"])
    return run_flags.read(line)


def test_the_published_ones_are_there():
    assert {"cognition.flags", "ones_and_eights.flags"} <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_is_a_run(file):
    config = read(file)
    if config.data.target_size:
        config.model_config.check_image_size(config.data.target_size)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_opens_with_what_it_is(file):
    assert file.read_text().startswith("# ")


def test_cognition_as_published():
    from kerasae.models.autoencoder import build_autoencoder

    config = read(FOLDER / "cognition.flags")
    training = config.training
    assert config.data.dataset == "mnist"
    assert config.data.max_examples is None
    assert (training.epochs, training.batch_size, training.optimizer) == (5, 100, "adam")
    autoencoder = build_autoencoder(config.model, config.model_config, (28, 28, 1))
    assert autoencoder.model.count_params() == 141_426
    assert autoencoder.code_size == 49


def test_ones_and_eights_as_published():
    from kerasae.models.autoencoder import build_autoencoder

    config = read(FOLDER / "ones_and_eights.flags")
    data, training = config.data, config.training
    assert data.classes == ("1", "8")
    assert (data.max_examples, data.target_size) == (10_000, (36, 36))
    assert (training.epochs, training.batch_size) == (300, 64)
    assert (training.optimizer, training.learning_rate, training.momentum) == ("sgd", 0.005, 0.9)
    autoencoder = build_autoencoder(config.model, config.model_config, (36, 36, 1))
    assert autoencoder.model.count_params() == 10_663
    assert autoencoder.code_size == 200


def test_cognition_on_real_data(real_data, train, tmp_path):
    """A little of the main job, end to end, on real images."""
    from kerasae import files
    from kerasae.run_dir import RunDir

    run = RunDir(tmp_path / "run")
    outcome = train(
        f"--flagfile={FOLDER / 'cognition.flags'}", "--max_examples=2000", "--epochs=1",
        f"--data_dir={real_data}", f"--run_dir={run.path}",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith(f"{run.path}: 141,426 parameters, code of 49, 1 epochs; ")
    names = {path.name for path in run.path.iterdir()}
    assert names >= {
        "flags.txt", "config.json", "environment.json", "history.csv", "model.keras",
        "best.keras", "metrics.json", "figures", "saved_model",
    }  # fmt: skip
    assert len(list(run.figures.glob("*.png"))) >= 2
    config, metrics = files.read_json(run.config), files.read_json(run.metrics)
    assert config["dataset"]["name"] == "mnist:3.0.1"
    assert (config["train_images"], config["test_images"]) == (2000, 10_000)
    # 20 steps from nothing beat every single grey level, whose error is the variance: 0.096.
    assert metrics["test_mse_per_pixel"] < 0.09
    assert metrics["parameters"] == 141_426
