"""Every verb on a run of every option that training has: whatever was trained is read."""

import json

import numpy as np
import pytest

from kerasae.run_dir import RunDir

pytestmark = pytest.mark.slow

SMALL = ("--dataset=digits", "--epochs=2", "--batch_size=48")
RUNS = {
    "stopped early": (
        "--early_stopping=1", "--validation_fraction=0.2", "--max_examples=150",
        "--learning_rate_schedule=cosine", "--warmup_fraction=0.1", "--beta_2=0.99",
        "--model.tied", "--model.filters=3,2", "--model.dense_sizes=5", "--image_size=9,31",
        "--model.latent_dim=3",
    ),
    "mixed precision": (
        "--mixed_precision", "--classes=1,8", "--memory_budget_mb=0", "--optimizer=sgd",
        "--momentum=0.5", "--learning_rate_schedule=linear", "--model=all_convolutional",
        "--model.filters=3,2", "--model.kernel_sizes=5,3",
        "--image_size=13",
    ),
}  # fmt: skip
VERBS = (
    "readout --heads=linear,ridge --labels_per_class=1,all",
    "readout --layer=all --heads=ridge --nobaselines",
    "evaluate --measures=reconstruction,clustering,noise --heads=linear --max_test_images=40",
    "report",
    "encode --out=OUT/codes.npz",
    "export --name=small --targets=keras --heads=linear --out=OUT",
    "compare --run_dirs=RUN --out=OUT/table",
    "train --flagfile=RUN/flags.txt --resume",
)


@pytest.fixture(scope="module", params=RUNS.values(), ids=RUNS)
def run(request, train, tmp_path_factory):
    """A finished run that the verbs add to, one after the other."""
    run = RunDir(tmp_path_factory.mktemp("run") / "run")
    outcome = train(*SMALL, *request.param, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    return run


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
