"""Every verb on a run of every option that training has: whatever was trained is read."""

import itertools
import json

import numpy as np
import photo_patches
import pytest

from kerasae import train as training
from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "short_heads")]

SMALL = ("--dataset=digits", "--epochs=2", "--batch_size=48")
RUNS = {
    "stopped early": (
        "--early_stopping=1", "--validation_fraction=0.2", "--max_examples=150",
        "--learning_rate_schedule=cosine", "--warmup_fraction=0.1", "--beta_2=0.99",
        "--model.tied", "--model.filters=3,2", "--model.dense_sizes=5", "--image_size=9,31",
        "--model.latent_dim=3", "--model.output_bias=-0.5", "--model.dense_activation=tanh",
        "--model.code_activation=tanh", "--model.conv_initializer=he_uniform", "--fit=pad",
        "--background=white", "--seed=3", "--training_objective=denoising",
        "--training_objective.error=l1",
    ),
    "mixed precision": (
        "--mixed_precision", "--classes=1,8", "--memory_budget_mb=0", "--disk_budget_mb=0",
        "--optimizer=sgd", "--momentum=0.5", "--learning_rate_schedule=linear",
        "--model=all_convolutional", "--model.filters=3,2", "--model.kernel_sizes=5,3",
        "--image_size=13", "--model.normalization=batch", "--model.residual_blocks=1",
        "--augmentation=1", "--training_objective=invariance",
    ),
    "in colour": (
        "--dataset=photo_patches", "--data_dir=DATA", "--image=image", "--label=label",
        "--channels=rgb", "--model.filters=4,3", "--model.kernel_sizes=3,3",
        "--model.dense_sizes=", "--model.latent_dim=5", "--model.activation=elu",
        "--model.decoder_kernel_size=3", "--learning_rate=0.01", "--weight_decay=0.01",
        "--ema_momentum=0.5",
    ),
}  # fmt: skip
# Given to no run here: a layer's options of which another of the kind is, those of one kind of
# dataset or of several runs, and what leaves nothing behind that a verb would read.
OTHERS = {
    "model.decoder_dense_activation", "model.output_activation", "model.dense_initializer",
    "model.dropout", "skip_broken", "download", "init_from", "seeds", "resume", "run_dir",
    "mirrored", "tensorboard", "summary", "workers", "threads_per_worker", "gpus_per_worker",
    "worker_patience",
}  # fmt: skip
VERBS = (
    "readout --heads=linear,ridge --labels_per_class=1,all",
    "readout --layer=all --heads=ridge --nobaselines",
    "evaluate --measures=reconstruction,clustering,noise,attack --heads=linear "
    "--max_test_images=40",
    "report",
    "encode --out=OUT/codes.npz",
    "export --name=small --targets=keras --heads=linear --out=OUT",
    "compare --run_dirs=RUN --out=OUT/table",
    "train --flagfile=RUN/flags.txt --resume",
)


@pytest.fixture(scope="module")
def patches(tmp_path_factory):
    """A folder with a dataset in colour."""
    folder = tmp_path_factory.mktemp("colour")
    photo_patches.write(folder)
    return folder


@pytest.fixture(scope="module", params=RUNS.values(), ids=RUNS)
def run(request, train, patches, tmp_path_factory):
    """A finished run that the verbs add to, one after the other."""
    run = RunDir(tmp_path_factory.mktemp("run") / "run")
    flags = [flag.replace("DATA", str(patches)) for flag in request.param]
    outcome = train(*SMALL, *flags, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    return run


def test_every_option_of_training_is_one_of_a_run():
    line = training.command_line()
    line.choose(["train"])
    flags = itertools.chain(SMALL, *RUNS.values())
    given = {flag.partition("=")[0].removeprefix("--") for flag in flags}
    assert set(line.annotations) - given == OTHERS


@pytest.mark.parametrize("command", VERBS)
def test_the_verb_goes_through(run, command, cli, tmp_path):
    verb, *flags = command.replace("OUT", str(tmp_path)).replace("RUN", str(run.path)).split()
    if verb != "compare":
        flags = [f"--run_dir={run.path}", *flags]
    outcome = cli(verb, *flags)
    assert outcome.code == 0, outcome.err


def test_the_codes_are_those_of_the_evaluated_epoch(run, cli, tmp_path):
    """Batches that don't divide the images, the error of the metrics: every image counts once."""
    outcome = cli("encode", f"--run_dir={run.path}", f"--out={tmp_path / 'codes.npz'}")
    assert outcome.code == 0, outcome.err
    with np.load(tmp_path / "codes.npz") as stored:
        errors = stored["test_mse_per_pixel"]
    metrics = json.loads(run.metrics.read_text())
    early = json.loads(run.config.read_text())["settings"]["training"]["early_stopping"]
    assert metrics["evaluated"] == ("best.keras" if early else "model.keras")
    np.testing.assert_allclose(errors.mean(), metrics["test_mse_per_pixel"], rtol=1e-5)


@pytest.mark.parametrize("run", [RUNS["in colour"]], ids=["in colour"], indirect=True)
def test_what_is_exported_works_in_colour(run, cli, patches, fake_datasets, tmp_path):
    """SavedModel, TFLite and golden outputs, compared by the export itself; then transfer."""
    outcome = cli("export", f"--run_dir={run.path}", "--name=small", f"--out={tmp_path}",
                  "--precisions=float32", "--heads=linear")  # fmt: skip
    assert outcome.code == 0, outcome.err
    version = tmp_path / "small" / "1"
    with np.load(version / "golden.npz") as golden:
        assert golden["image"].shape[1:] == (16, 16, 3)
        assert np.ptp(golden["reconstruction"], axis=-1).max() > 0.01  # Not grey.
    outcome = cli("export", f"--verify={version}")
    assert outcome.code == 0, outcome.err
    for dataset, folder, code in (
        ("photo_patches", patches, 0),
        ("fake_labelled", fake_datasets, 0),
        ("fake_unlabelled", fake_datasets, 2),
    ):
        outcome = cli("encode", f"--saved_model={version}", f"--dataset={dataset}", "--resize",
                      f"--data_dir={folder}", f"--out={tmp_path / 'codes.npz'}")  # fmt: skip
        assert outcome.code == code, outcome.err
    assert "takes images of 3 channel(s)" in outcome.complaint
    outcome = cli("transfer", f"--saved_model={version}", "--dataset=fake_labelled", "--resize",
                  f"--data_dir={fake_datasets}", "--heads=ridge",
                  f"--out={tmp_path / 'out'}")  # fmt: skip
    assert outcome.code == 0, outcome.err


def test_colour_is_refused_by_a_grey_encoder_by_name(finished, cli, patches, tmp_path):
    for verb, flag, out in (
        ("encode", "dataset", ["--resize", f"--out={tmp_path / 'codes.npz'}"]),
        ("readout", "dataset", ["--resize"]),
        ("evaluate", "other_dataset", ["--measures=anomaly"]),
    ):
        outcome = cli(verb, f"--run_dir={finished.path}", f"--{flag}=photo_patches",
                      f"--data_dir={patches}", *out)  # fmt: skip
        assert (outcome.code, outcome.out) == (2, ""), (verb, outcome)
        assert "images of 1 channel" in outcome.err
        assert "photo_patches" in outcome.err
