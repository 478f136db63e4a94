"""The command line: help, and every mistake by exit code and one message."""

import subprocess
import sys
from pathlib import Path

import keras
import pytest
import shortcuts

from kerasae import train as train_cli
from kerasae.run_dir import RunDir

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def refused(train, *flags, run_dir=None):
    """Runs what must be refused as bad input; gives the message."""
    outcome = train(*flags, *([f"--run_dir={run_dir}"] if run_dir else []))
    assert outcome.code == 2, outcome.err
    assert outcome.out == ""
    return outcome.complaint


@pytest.fixture
def nowhere(tmp_path):
    """A run directory that must still not be there after the test."""
    yield tmp_path / "run"
    assert not (tmp_path / "run").exists(), "something half written was left"


class TestHelp:
    def test_help_is_grouped_and_complete(self, train):
        outcome = train("--help")
        assert outcome.code == 0
        lines = outcome.out.splitlines()
        groups = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
        assert groups[-7:] == [
            "Model:",
            "Model pooled:",
            "Objective:",
            "Objective reconstruction:",
            "Data:",
            "Training:",
            "Flag files:",
        ]
        defined = {
            name for name in train_cli.command_line().values
            if name not in ("flagfile", "undefok")
        }  # fmt: skip
        shown = {line.strip().removeprefix("--") for line in lines if line.startswith("  --")}
        assert defined <= shown
        assert {"dataset", "run_dir", "model.latent_dim", "flagfile"} <= shown

    @pytest.mark.parametrize(
        ("flag", "default"),
        [
            ("dataset", "[digits]"),
            ("epochs", "[5]"),
            ("run_dir", "[runs/DATASET-MODEL-seed-SEED]"),
            ("resume", "[false]"),
            ("max_examples", "[(none)]"),
            ("classes", "[all]"),
            ("model", "[pooled]"),
            ("model.filters", "[32,16]"),
            ("model.latent_dim", "[49]"),
            ("model.tied", "[false]"),
        ],
    )
    def test_help_shows_defaults(self, train, flag, default):
        after = train("--help").out.split(f"  --{flag}\n")[1]
        words = after.split("\n  --")[0].split("\n\n")[0].split()
        assert " ".join(words).endswith(default)

    def test_another_familys_options_are_not_shown(self, train):
        text = train("--help", "--model=all_convolutional").out
        assert "--model.strides\n" in text
        assert "--model.latent_dim\n" not in text
        assert "--model.strides\n" not in train("--help").out


class TestRefusedFlags:
    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (["--epoch=3"], "Unknown command line flag 'epoch'. Did you mean: epochs"),
            (["--model.latent=3"], "--model=pooled has no option model.latent. Known: model."),
            (["--model.padding=same"], "--model=pooled has no option model.padding. It goes with"),
            (["--model=all_convolutional", "--model.latent_dim=3"],
             "--model=all_convolutional has no option model.latent_dim"),
            (["--model=dense"], "all_convolutional"),
            (["--epochs=many"], "epochs"),
            (["--epochs=0"], "--epochs must be 1 or more, at most 1000000. Received: epochs=0."),
            ([f"--epochs={10**30}"], "--epochs must be 1 or more, at most 1000000. Received: epo"),
            (["--learning_rate=nan"], "--learning_rate must be above 0, at most 1e+30. Received"),
            ([f"--model.latent_dim={10**9}"], "--model.latent_dim must be 1 or more, at most 1677"),
            (["--model.latent_dim=16777216"], "The model is too large: with images of 28x28 it ha"),
            (["--model.filters=100000,16"], "A batch is too large: for images of 28x28 the model"),
            ([f"--image_size={10**12}"], "--image_size must be 1 or more, at most 8192. Received"),
            (["--image_size=8192"], "is too large"),
            (["--data_dir=~nobody_at_all/x"], "There is no home folder to put in the place of ~"),
            (["--flagfile=/dev/zero"], "/dev/zero is no regular file"),
            (["--flagfile=/etc/hosts"], "--flagfile=/etc/hosts, line "),
            (["--model.filters=8,x"], "must be ints separated by commas"),
            (["--model.filters=8,8,8"], "--model.kernel_sizes must have one positive number"),
            (["--optimizer=lion"], "optimizer"),
            (["--optimizer=adam", "--momentum=0.9"],
             "--momentum goes with --optimizer=sgd only. Received: momentum=0.9, optimizer=adam."),
            (["--early_stopping=3"], "--early_stopping needs --validation_fraction above 0"),
            (["--seed=1", "--seeds=1,2"], "--seed and --seeds can't be given together"),
            (["--seeds=1,1"], "--seeds must be one or more different seeds. Received: seeds=1,1."),
            (["--seeds=-1"], "--seeds must be 0 or more, below 2147483648. Received: seeds=-1."),
            (["--warmup_fraction=0.1"], "--warmup_fraction goes with --learning_rate"),
            (["--image_size=1,2,3"], "--image_size must be one or two positive numbers"),
            (["digits"], "Everything must be given as --flag=value. Received: digits"),
            (["--flagfile=no/such.flags"], "no/such.flags"),
            (["--model=all_convolutional", "--image_size=20"],
             "any size from 27x27 works (--image_size=27)"),
            (["--data_dir=/no/such/folder", "--dataset=mnist"],
             "--data_dir=/no/such/folder is not a folder"),
        ],
    )  # fmt: skip
    def test_one_message_and_nothing_written(self, train, nowhere, flags, message):
        assert message in refused(train, *flags, run_dir=nowhere)

    def test_without_a_home_folder(self, train, nowhere, monkeypatch):
        def nobody(number):
            raise KeyError(number)

        monkeypatch.setattr("pwd.getpwuid", nobody)
        monkeypatch.delenv("HOME", raising=False)
        monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
        message = refused(train, "--dataset=mnist", run_dir=nowhere)
        assert (
            "There is no home folder to put in the place of ~ in ~/tensorflow_datasets" in message
        )

    def test_refused_before_tensorflow(self, tmp_path):
        """In a process of its own: a mistake in the flags is told without the slow import."""
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "kerasae.train", "--epochs=0"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
        assert "kerasae.run_flags" in imported
        assert not {"tensorflow", "keras", "numpy"} & imported


class TestRefusedData:
    def test_an_unknown_class(self, train, nowhere):
        message = refused(train, "--classes=1,eleven", run_dir=nowhere)
        assert "digits has no class eleven. Known: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9." in message

    def test_classes_that_leave_nothing_to_train_on(self, train, nowhere):
        message = refused(
            train, "--classes=1", "--max_examples=1", "--validation_fraction=0.9", run_dir=nowhere
        )
        assert "leaves no image to train on" in message

    def test_classes_of_an_unlabelled_dataset(self, train, nowhere, fake_datasets):
        message = refused(
            train, "--dataset=fake_unlabelled", "--classes=1", f"--data_dir={fake_datasets}",
            run_dir=nowhere,
        )  # fmt: skip
        assert "--classes needs labels, and fake_unlabelled:1.0.0 has none" in message

    def test_classes_that_the_data_has_no_image_of(self, train, nowhere, fake_datasets):
        message = refused(
            train, "--dataset=fake_labelled", "--classes=unicorn", f"--data_dir={fake_datasets}",
            run_dir=nowhere,
        )  # fmt: skip
        assert "leaves no image to train on with --classes=unicorn" in message

    def test_a_dataset_that_is_not_there(self, train, nowhere, fake_datasets):
        message = refused(
            train, "--dataset=nosuchset", f"--data_dir={fake_datasets}", run_dir=nowhere
        )
        assert "--dataset=nosuchset" in message
        assert "tfds:NAME; prepared in" in message
        assert "fake_labelled" in message
        assert "--data_dir or $TFDS_DATA_DIR" in message

    def test_images_of_no_one_size(self, train, nowhere, fake_datasets):
        message = refused(
            train, "--dataset=fake_varying", f"--data_dir={fake_datasets}", run_dir=nowhere
        )
        assert "differ in size: say which with --image_size" in message

    def test_the_datasets_own_size_is_checked_too(self, train, nowhere, fake_datasets):
        message = refused(
            train, "--dataset=fake_labelled", "--model=all_convolutional",
            f"--data_dir={fake_datasets}", run_dir=nowhere,
        )  # fmt: skip
        assert "Images of 10x12 are too small" in message
        assert "--image_size=27" in message


class TestRefusedPlaces:
    def test_a_file_in_the_run_directorys_place(self, train, tmp_path):
        (tmp_path / "run").write_text("mine")
        message = refused(train, run_dir=tmp_path / "run")
        assert f"--run_dir={tmp_path / 'run'} can't be written" in message
        assert (tmp_path / "run").read_text() == "mine"

    def test_a_file_above_the_run_directory(self, train, tmp_path):
        (tmp_path / "file").write_text("mine")
        assert "can't be written" in refused(train, run_dir=tmp_path / "file" / "run")

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
    @pytest.mark.parametrize("place", ["/proc/kerasae-run", "/proc/self"])
    def test_a_place_that_no_one_can_write(self, train, place):
        assert f"--run_dir={place} can't be written" in refused(train, run_dir=place)

    def test_a_directory_that_holds_a_run(self, train, finished):
        message = refused(train, run_dir=finished.path)
        assert "already holds a run" in message
        assert "--resume" in message

    def test_all_seeds_are_checked_before_the_first_is_trained(self, train, small_run, tmp_path):
        (tmp_path / "seed-1").write_text("in the way")
        message = refused(train, *small_run, "--seeds=0,1", run_dir=tmp_path)
        assert "seed-1" in message
        assert not RunDir(tmp_path / "seed-0").holds_a_run


def test_an_unknown_dataset_is_refused_at_once(train, fake_datasets, tmp_path, no_tensorflow):
    message = refused(train, "--dataset=mnistt", f"--data_dir={fake_datasets}", run_dir=tmp_path)
    assert message.startswith("--dataset=mnistt is not a dataset that TFDS knows. Known: ")
    assert "fake_labelled" in message


def test_unnamed_runs_go_under_runs(train, small_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with shortcuts.numbers_only():
        outcome = train(*small_run, "--epochs=1", "--seed=3")
    assert outcome.code == 0, outcome.err
    assert RunDir("runs/digits-pooled-seed-3").finished
    (line,) = outcome.out.splitlines()
    assert line.startswith("runs/digits-pooled-seed-3: 407 parameters, code of 6, 1 epochs; ")


def test_mixed_precision(train, small_run, tmp_path):
    """Layers compute in bfloat16; what is stored and measured is float32, and loads again."""

    from kerasae.models.autoencoder import load_autoencoder

    run = RunDir(tmp_path / "run")
    outcome = train(*small_run, "--mixed_precision", "--epochs=1", f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    assert "--mixed_precision=true" in run.flags.read_text()
    autoencoder = load_autoencoder(run.model)
    assert autoencoder.model.get_layer("conv_1").compute_dtype == "bfloat16"
    for model in (autoencoder.model, autoencoder.encoder, autoencoder.decoder):
        assert model.output.dtype == "float32"
        assert {weight.dtype for weight in model.weights} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"
