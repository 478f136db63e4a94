"""`python -m kerasae.readout`: what it refuses, before it starts or changes anything."""

import subprocess
import sys
from pathlib import Path

import pytest
from run_copies import content, copied

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


class TestRefusedFlags:
    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            ([], "--run_dir must be given."),
            (["--run_dir=RUN", "--heads=", "--nobaselines"], "--heads must name at least one"),
            (["--run_dir=RUN", "--heads=linear,svm"],
             "--heads must be one of ffn, knn, linear, ridge. Received: 'svm'."),
            (["--run_dir=RUN", "--labels_per_class=1,0"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--labels_per_class=1,-3"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--labels_per_class=ten"], "must be positive numbers or all"),
            (["--run_dir=RUN", "--seed=-1"], "--seed must be 0 or more"),
            (["--run_dir=RUN", "--seed=99999999999"], "--seed must be 0 or more, below"),
            (["--run_dir=RUN", "--max_examples=0"], "--max_examples must be 1 or more, at most"),
            (["--run_dir=RUN", "--epochs=3"], "Unknown command line flag 'epochs'"),
        ],
    )  # fmt: skip
    def test_one_message_before_anything_starts(self, cli, finished, flags, message, monkeypatch):
        monkeypatch.setattr(
            "kerasae.cli.import_tensorflow_quietly",
            lambda: pytest.fail("TensorFlow is imported"),
        )
        flags = [flag.replace("RUN", str(finished.path)) for flag in flags]
        outcome = cli("readout", *flags)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.complaint

    def test_refused_before_tensorflow(self, finished):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "kerasae.readout",
             f"--run_dir={finished.path}", "--max_examples=0"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
        assert "kerasae.run_flags" in imported
        assert not {"tensorflow", "keras", "sklearn"} & imported


class TestRefusedData:
    @pytest.fixture
    def refused(self, cli, finished, tmp_path, fake_datasets):
        """Runs what must be refused and leave the run as it was; gives the message."""

        def readout(*flags):
            run = copied(finished, tmp_path / "run")
            before = content(run)
            outcome = cli("readout", f"--run_dir={run.path}", f"--data_dir={fake_datasets}", *flags)
            assert (outcome.code, outcome.out) == (2, "")
            assert content(run) == before
            return outcome.complaint

        return readout

    def test_no_labels(self, refused):
        message = refused("--dataset=fake_unlabelled", "--resize")
        assert "--dataset=fake_unlabelled has no labels" in message

    def test_another_size(self, refused):
        message = refused("--dataset=fake_unlabelled")
        assert "takes images of 12x12; those of --dataset=fake_unlabelled have 9x9" in message
        assert "--resize brings them to the encoder's size" in message

    def test_other_channels(self, refused):
        message = refused("--dataset=fake_labelled", "--resize")
        assert "takes images of 1 channel(s); those of --dataset=fake_labelled have 3" in message

    def test_one_class(self, refused):
        message = refused("--classes=3")
        assert "training images of at least two classes. Received: classes=3, images=" in message

    def test_one_image(self, refused):
        assert "images of at least two classes" in refused("--max_examples=1")

    def test_an_unknown_layer(self, refused):
        message = refused("--layer=conv_9")
        assert "--layer must be one of code, " in message
        assert "conv_1" in message
        assert message.endswith("Received: 'conv_9'.")

    def test_an_unknown_class(self, refused):
        assert "digits has no class eleven" in refused("--classes=eleven,1")

    def test_an_unknown_dataset(self, refused):
        message = refused("--dataset=nosuchset")
        assert "tfds:NAME; prepared in" in message
